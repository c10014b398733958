// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.binding;

import java.util.List;
import java.util.Optional;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.pci.PciBus;
import org.dpdk4j.sriov.pci.PciFunction;
import org.dpdk4j.sriov.sysfs.Refusal;
import org.dpdk4j.sriov.sysfs.UnsafeNoIommu;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives devices to userspace drivers and back to those that they had before.
 *
 * <p>Each call either does what it says or leaves everything as it was. If the process dies in the
 * middle, {@link #restore} with what {@link #before} said puts things right from any other process;
 * so whoever must survive that stores it first. Two callers must not work on one device at once.
 */
public final class DriverBinding {
    private static final Logger LOG = LoggerFactory.getLogger(DriverBinding.class);

    private final Kernel kernel;
    private final PciBus bus;
    private final BindingRules rules;
    private final DriverModules modules;
    private final DeviceReset reset;
    private final InterfaceState interfaceState;
    private final UnsafeNoIommu unsafeNoIommu;

    private DriverBinding(Kernel kernel) {
        this.kernel = kernel;
        this.bus = PciBus.of(kernel);
        this.rules = new BindingRules(kernel);
        this.modules = new DriverModules(kernel);
        this.reset = new DeviceReset(kernel);
        this.interfaceState = new InterfaceState(kernel);
        this.unsafeNoIommu = new UnsafeNoIommu(kernel);
    }

    /**
     * Binding by a kernel.
     *
     * @param kernel to ask
     * @return the binding
     */
    public static DriverBinding of(Kernel kernel) {
        return new DriverBinding(kernel);
    }

    /**
     * Says what binding a device would change, without changing anything.
     *
     * @param address of the device
     * @param driver that it is to get
     * @return what {@link #restore} needs
     * @throws SriovException if there is no such device
     */
    public Binding before(PciAddress address, UserspaceDriver driver) {
        PciFunction function = bus.function(address);
        DeviceDriver device = new DeviceDriver(kernel, address);
        boolean temporaryId = !device.overridable();
        Optional<Boolean> unsafe =
                driver == UserspaceDriver.VFIO_NOIOMMU
                        // Where others do without an IOMMU already, the last of us ends that.
                        ? Optional.of(unsafeNoIommu.on().orElse(false) && !unsafeNoIommu.inUse())
                        : Optional.empty();
        return new Binding(
                address,
                function.driver(),
                device.override(),
                interfaceState.mtu(function),
                interfaceState.up(function),
                temporaryId,
                temporaryId ? TemporaryId.twins(bus, function) : List.of(),
                unsafe);
    }

    /**
     * Binds a device to a userspace driver, after a function-level reset where the device has one.
     * A device that is on this driver already is left as it is.
     *
     * @param address of the device
     * @param driver that it is to get; its modules are loaded if need be
     * @param force whether to take it even if the kernel uses it for something; this doesn't force
     *     what can't work or does harm to others
     * @return what {@link #restore} needs
     * @throws SriovException if that can't be done; the device is as it was
     */
    public Binding bind(PciAddress address, UserspaceDriver driver, boolean force) {
        Binding before = before(address, driver);
        PciFunction function = bus.function(address);
        String attempt = "bind " + address + " to " + driver;
        if (boundAlready(function, driver)) {
            return before;
        }
        Refusal.unlessRoot(kernel, attempt);
        rules.check(function, driver, force);
        modules.load(driver, attempt);
        try {
            if (driver == UserspaceDriver.VFIO_NOIOMMU) {
                allowNoIommu(address);
            }
            take(function, driver.kernelName(), before);
            return before;
        } catch (KernelException e) {
            throw undone(Refusal.of(kernel, attempt, e), before);
        } catch (SriovException e) {
            throw undone(e, before);
        }
    }

    /**
     * Puts a device back on the driver of before, its interface with the MTU of before, and up if
     * it was up; for its name this waits some seconds at most. What is as it was already is left
     * alone, so this may be repeated.
     *
     * @param before from {@link #bind} or {@link #before}, perhaps of another process
     * @return how it ended
     * @throws SriovException if the kernel refuses, or a process still uses the device
     */
    public Restoration restore(Binding before) {
        PciAddress address = before.address();
        String attempt =
                "give " + address + " back to " + before.driver().orElse("the kernel, driverless");
        Refusal.unlessRoot(kernel, attempt);
        try {
            Restoration restoration = restoreDriver(before);
            if (before.unsafeNoIommu().filter(was -> !was).isPresent() && !unsafeNoIommu.inUse()) {
                unsafeNoIommu.set(false);
            }
            return restoration;
        } catch (KernelException e) {
            throw Refusal.of(kernel, attempt, e);
        }
    }

    /**
     * Takes a device off its userspace driver and lets the kernel choose the driver that it would
     * have at boot. A device on a driver of the kernel, or on none, is left as it is.
     *
     * @param address of the device
     * @return the driver that it has now, if any
     * @throws SriovException if the kernel refuses, or a process still uses the device
     */
    public Optional<String> unbind(PciAddress address) {
        PciFunction function = bus.function(address);
        if (!UserspaceDriver.holds(function.driver())) {
            return function.driver();
        }
        String attempt = "take " + address + " off " + function.driver().orElse("");
        Refusal.unlessRoot(kernel, attempt);
        rules.checkUsers(function);
        DeviceDriver device = new DeviceDriver(kernel, address);
        try {
            device.override(Optional.empty());
            device.detach();
            resetQuietly(address);
            device.probe();
            return device.name();
        } catch (KernelException e) {
            throw Refusal.of(kernel, attempt, e);
        }
    }

    /**
     * Takes a device off its userspace driver, resets it and leaves it without a driver, for {@link
     * #restore} to go on from there. One that has no driver is reset all the same: somebody may
     * have died in between. A device on a driver of the kernel is left as it is.
     *
     * @param address of the device
     * @throws SriovException if there is no such device, a process has it open, or the kernel
     *     refuses
     */
    public void vacate(PciAddress address) {
        PciFunction function = bus.function(address);
        if (function.driver().isPresent() && !UserspaceDriver.holds(function.driver())) {
            return;
        }
        Refusal.unlessRoot(kernel, "take " + address + " from programs");
        rules.checkUsers(function);
        try {
            new DeviceDriver(kernel, address).detach();
        } catch (KernelException e) {
            throw Refusal.of(kernel, "take " + address + " from programs", e);
        }
        resetQuietly(address);
    }

    /**
     * Refuses if a process has the device open; one that has vanished nobody has.
     *
     * @param address of the device
     * @throws SriovException that names the process
     */
    public void refuseIfUsed(PciAddress address) {
        bus.find(address).ifPresent(rules::checkUsers);
    }

    /**
     * Resets one function, if the kernel knows a way to do that without touching others.
     *
     * @param address of the device
     * @return false if there is no way
     * @throws SriovException if the reset failed
     */
    public boolean reset(PciAddress address) {
        String attempt = "reset " + bus.function(address).address();
        Refusal.unlessRoot(kernel, attempt);
        try {
            return reset.reset(address);
        } catch (KernelException e) {
            throw Refusal.of(kernel, attempt, e);
        }
    }

    private boolean boundAlready(PciFunction function, UserspaceDriver driver) {
        if (!function.driver().equals(Optional.of(driver.kernelName()))) {
            return false;
        }
        boolean isolated = IommuGroup.of(kernel, function).map(IommuGroup::isolated).orElse(false);
        return switch (driver) {
            case VFIO_PCI -> isolated;
            case VFIO_NOIOMMU -> !isolated;
            case UIO_PCI_GENERIC, IGB_UIO -> true;
        };
    }

    private void allowNoIommu(PciAddress address) throws KernelException {
        if (unsafeNoIommu.on().isEmpty()) {
            throw new SriovException(
                    "Can't bind "
                            + address
                            + " to vfio-noiommu: this kernel's VFIO was built without it"
                            + " (CONFIG_VFIO_NOIOMMU). Give the machine an IOMMU, or choose a UIO"
                            + " driver.");
        }
        unsafeNoIommu.set(true);
    }

    private void take(PciFunction function, String driver, Binding before) throws KernelException {
        DeviceDriver device = new DeviceDriver(kernel, function.address());
        if (!before.temporaryId()) {
            // First of all: from here on no other driver can come in between.
            device.override(Optional.of(driver));
        }
        device.detach();
        reset.reset(function.address());
        if (before.temporaryId()) {
            new TemporaryId(kernel, function, before.twins()).bind(driver);
        } else {
            device.probe();
            // Probing keeps a driver's reasons to itself; attaching tells them.
            device.attach(driver);
        }
    }

    private Restoration restoreDriver(Binding before) throws KernelException {
        PciAddress address = before.address();
        Optional<PciFunction> now = bus.find(address);
        if (now.isEmpty()) {
            return Restoration.DEVICE_GONE;
        }
        if (before.temporaryId()) {
            new TemporaryId(kernel, now.get(), before.twins()).cleanUp();
        }
        DeviceDriver device = new DeviceDriver(kernel, address);
        Restoration restoration = Restoration.DONE;
        if (!device.name().equals(before.driver())) {
            restoration = replaceDriver(device, now.get(), before.driver());
        }
        device.override(before.driverOverride());
        if (restoration == Restoration.DONE) {
            interfaceState.restore(before);
        }
        return restoration;
    }

    private Restoration replaceDriver(DeviceDriver device, PciFunction now, Optional<String> driver)
            throws KernelException {
        PciAddress address = now.address();
        if (UserspaceDriver.holds(device.name())) {
            rules.checkUsers(now);
            device.detach();
            resetQuietly(address);
        }
        if (device.name().isPresent()) {
            LOG.warn("{} is on {} by somebody else and stays", address, device.name().get());
            return Restoration.TAKEN_OVER;
        }
        if (driver.isEmpty()) {
            return Restoration.DONE;
        }
        if (!modules.loaded(driver.get())) {
            LOG.warn("{} is left without a driver: {} has gone", address, driver.get());
            return Restoration.DRIVER_GONE;
        }
        // Named, it may have a VF also where sriov_drivers_autoprobe is off.
        device.override(driver);
        device.attach(driver.get());
        return Restoration.DONE;
    }

    /** On the way back a device that can't be reset is given back all the same. */
    private void resetQuietly(PciAddress address) {
        try {
            reset.reset(address);
        } catch (KernelException e) {
            LOG.warn("{} was given back without a reset: {}", address, e.getMessage());
        }
    }

    private SriovException undone(SriovException failure, Binding before) {
        try {
            restore(before);
            return failure;
        } catch (SriovException e) {
            SriovException both =
                    new SriovException(
                            failure.getMessage()
                                    + " Nor could what was before be put back: "
                                    + e.getMessage(),
                            failure);
            both.addSuppressed(e);
            return both;
        }
    }
}
