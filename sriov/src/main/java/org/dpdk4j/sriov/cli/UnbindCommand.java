// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.cli;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.binding.Binding;
import org.dpdk4j.sriov.binding.DriverBinding;
import org.dpdk4j.sriov.binding.Restoration;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.pci.PciBus;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Gives a device back to the driver of before. */
@Command(
        name = "unbind",
        description = {
            "Gives a device back to the driver that it had before bind.",
            "One that was bound by other means goes to the driver that the kernel chooses."
        })
final class UnbindCommand extends Subcommand {
    @Parameters(paramLabel = "ADDRESS", description = DeviceName.DESCRIPTION)
    private @Nullable String address;

    @Override
    Result result(Dpdk4j root) {
        Kernel kernel = root.kernel();
        PciAddress device = DeviceName.address(kernel, given(address));
        DriverBinding binding = DriverBinding.of(kernel);
        StoredBindings stored = new StoredBindings(root.stateDirectory());
        Owned.refuse(root, device);
        Optional<Binding> before = stored.find(device);
        Restoration ended = Restoration.DONE;
        if (before.isPresent()) {
            ended = binding.restore(before.get());
            stored.remove(device);
        } else {
            binding.unbind(device);
        }
        Optional<String> driver = PciBus.of(kernel).find(device).flatMap(f -> f.driver());
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("address", device);
        document.put("driver", driver);
        document.put("restoration", ended.name());
        return new Result(document, sentence(device, driver, ended));
    }

    private static String sentence(PciAddress device, Optional<String> driver, Restoration ended) {
        String now = driver.map(name -> "on " + name).orElse("on no driver");
        return switch (ended) {
            case DONE -> device + " is " + now + ".";
            case DEVICE_GONE -> device + " is not there any more.";
            case DRIVER_GONE -> device + " is on no driver: that of before is not there any more.";
            case TAKEN_OVER -> device + " was bound by somebody else, and is left " + now + ".";
        };
    }
}
