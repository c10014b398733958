// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.cli;

import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.pf.PhysicalFunction;
import org.dpdk4j.sriov.pf.VfInfo;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** Settings of one virtual function that nobody owns. */
@Command(
        name = "configure",
        description = "Sets up one virtual function; what isn't named stays as it is.")
final class VfsConfigureCommand extends Subcommand {
    @Parameters(index = "0", paramLabel = "PF", description = DeviceName.DESCRIPTION)
    private @Nullable String pf;

    @Parameters(index = "1", paramLabel = "VF", description = "Its index, from 0.")
    private int vf;

    @Mixin private VfOptions options = new VfOptions();

    @Override
    Result result(Dpdk4j root) {
        Kernel kernel = root.kernel();
        PhysicalFunction physical =
                PhysicalFunction.of(kernel, DeviceName.address(kernel, given(pf)));
        Owned.refuse(root, physical.virtualFunction(vf));
        physical.configure(vf, options.settings());
        VfInfo now = physical.vf(vf);
        return new Result(
                VfOptions.document(now),
                "VF " + vf + " of " + physical.address() + " is set up: " + VfOptions.text(now));
    }
}
