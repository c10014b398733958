// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.binding.Binding;
import org.dpdk4j.sriov.binding.DriverBinding;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.kernel.Kernel;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Gives a device to a userspace driver. */
@Command(name = "bind", description = "Binds a device to a userspace driver; unbind gives it back.")
final class BindCommand extends Subcommand {
    @Parameters(paramLabel = "ADDRESS", description = DeviceName.DESCRIPTION)
    private @Nullable String address;

    @Option(
            names = {"-d", "--driver"},
            required = true,
            paramLabel = "NAME",
            description = "vfio-pci, vfio-noiommu, uio_pci_generic or igb_uio.")
    private @Nullable UserspaceDriver driver;

    @Option(
            names = "--force",
            description = "Take it even if its interface has addresses, routes or the like.")
    private boolean force;

    @Override
    Result result(Dpdk4j root) {
        Kernel kernel = root.kernel();
        PciAddress device = DeviceName.address(kernel, given(address));
        UserspaceDriver wanted = given(driver);
        DriverBinding binding = DriverBinding.of(kernel);
        StoredBindings stored = new StoredBindings(root.stateDirectory());
        Owned.refuse(root, device);
        Binding before = binding.before(device, wanted);
        Optional<Binding> older = stored.find(device);
        boolean userspace = UserspaceDriver.of(before.driver()).isPresent();
        // From one userspace driver to the next: what was before the first is what counts.
        boolean keep = older.isPresent() && userspace;
        if (!keep && !before.driver().equals(Optional.of(wanted.kernelName()))) {
            stored.store(before);
        }
        try {
            binding.bind(device, wanted, force);
        } catch (RuntimeException e) {
            if (!keep && older.isEmpty()) {
                stored.remove(device);
            }
            throw e;
        }
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("address", device);
        document.put("driver", wanted.kernelName());
        document.put("before", before.driver());
        return new Result(
                document,
                device
                        + " is on "
                        + wanted.kernelName()
                        + ", before it was on "
                        + before.driver().orElse("no driver")
                        + ".");
    }
}
