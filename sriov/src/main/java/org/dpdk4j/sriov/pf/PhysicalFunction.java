// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.pf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.netlink.Devlink;
import org.dpdk4j.sriov.netlink.DevlinkPort;
import org.dpdk4j.sriov.netlink.Genetlink;
import org.dpdk4j.sriov.sysfs.Refusal;
import org.dpdk4j.sriov.sysfs.Sysfs;

/**
 * A NIC's function that can make VFs, and what it does with them. Nobody is asked whether a VF is
 * in use: that is what the inventory is for.
 *
 * <p>Holds no state but the address; each call asks Linux. Any thread may call.
 */
public final class PhysicalFunction {
    private final Kernel kernel;
    private final Sysfs sysfs;
    private final PciAddress address;
    private final String path;
    private final VfCount count;
    private final VfControl control;

    private PhysicalFunction(Kernel kernel, PciAddress address) {
        this.kernel = kernel;
        this.sysfs = new Sysfs(kernel);
        this.address = address;
        this.path = Sysfs.device(address);
        this.count = new VfCount(kernel, address);
        this.control = new VfControl(kernel, this);
    }

    /**
     * The PF at an address.
     *
     * @param kernel to be asked
     * @param address of the PF
     * @return it
     * @throws SriovException if there is no such device, or if it can't have VFs
     */
    public static PhysicalFunction of(Kernel kernel, PciAddress address) {
        Sysfs sysfs = new Sysfs(kernel);
        String path = Sysfs.device(address);
        if (!sysfs.exists(path)) {
            throw new SriovException(
                    "There is no PCI device " + address + ". lspci -D lists those that there are.");
        }
        Optional<String> parent = sysfs.linkName(path + "/physfn");
        if (parent.isPresent()) {
            throw new SriovException(
                    address + " is a VF itself. Its PF is " + parent.get() + ": name that.");
        }
        if (!sysfs.exists(path + "/sriov_totalvfs")) {
            throw new SriovException(
                    address
                            + " has no SR-IOV, so it can't have VFs. If the NIC should be able to,"
                            + " switch SR-IOV on in the BIOS and in the NIC's own configuration.");
        }
        return new PhysicalFunction(kernel, address);
    }

    /**
     * Where it sits.
     *
     * @return the PF's address
     */
    public PciAddress address() {
        return address;
    }

    /**
     * How many VFs it can have.
     *
     * @return {@code sriov_totalvfs}
     * @throws SriovException if the device has vanished
     */
    public int totalVfs() {
        return count.total();
    }

    /**
     * How many VFs it has.
     *
     * @return {@code sriov_numvfs}
     * @throws SriovException if the device has vanished
     */
    public int numVfs() {
        return count.now();
    }

    /**
     * Changes how many VFs it has, and waits until they are there. An equal count is left alone.
     * Any other count goes over zero, so all VFs that it has are destroyed, their settings lost:
     * whether that may be is for the caller to know. If it can't be done, the old count is put
     * back.
     *
     * <p>The PF's interface is left as it is. Many VFs are of little use until it is up, and some
     * drivers want it up before (igb's VFs get no word from it otherwise): see {@link #netdev()}.
     * The inventory sees to it.
     *
     * @param count 0 to {@link #totalVfs()}
     * @param limit how long to wait for the VFs, and to try again while the device is busy
     * @throws SriovException if the count is out of range, or can't be reached in time
     */
    public void numVfs(int count, Duration limit) {
        int total = totalVfs();
        if (count < 0 || count > total) {
            throw new SriovException(
                    "Can't give "
                            + address
                            + " "
                            + count
                            + " VFs: it can have 0 to "
                            + total
                            + ". Ask for fewer, or raise the limit in the NIC's own"
                            + " configuration.");
        }
        this.count.set(count, limit);
    }

    /**
     * Whether Linux gives new VFs to its own driver at once.
     *
     * @return {@code sriov_drivers_autoprobe}; true on kernels before 4.12, which always do
     */
    public boolean autoprobe() {
        return sysfs.number(path + "/sriov_drivers_autoprobe").orElse(1) != 0;
    }

    /**
     * Decides whether Linux gives new VFs to its own driver at once.
     *
     * @param on or off
     * @throws SriovException if that can't be changed
     */
    public void autoprobe(boolean on) {
        try {
            kernel.write(path + "/sriov_drivers_autoprobe", on ? "1" : "0");
        } catch (KernelException e) {
            throw Refusal.of(kernel, "change what happens to new VFs of " + address, e);
        }
    }

    /**
     * Where its VFs sit.
     *
     * @return addresses in the order of the VFs' indexes
     */
    public List<PciAddress> virtualFunctions() {
        List<PciAddress> addresses = new ArrayList<>();
        for (int i = 0; ; i++) {
            Optional<String> name = sysfs.linkName(path + "/virtfn" + i);
            if (name.isEmpty()) {
                return List.copyOf(addresses);
            }
            addresses.add(PciAddress.parse(name.get()));
        }
    }

    /**
     * Where a VF sits.
     *
     * @param vf index, from 0
     * @return its address
     * @throws SriovException if it has no such VF
     */
    public PciAddress virtualFunction(int vf) {
        checkIndex(vf);
        return sysfs.linkName(path + "/virtfn" + vf)
                .map(PciAddress::parse)
                .orElseThrow(() ->
                        new SriovException(
                                "VF " + vf + " of " + address + " has vanished just now."));
    }

    /**
     * How all VFs are set up.
     *
     * @return one for each VF that the driver tells of, in order
     * @throws SriovException if the PF has no network interface here
     */
    public List<VfInfo> vfs() {
        return control.vfs();
    }

    /**
     * How a VF is set up.
     *
     * @param vf index, from 0
     * @return its settings
     * @throws SriovException if there is no such VF, or if the PF has no network interface here
     */
    public VfInfo vf(int vf) {
        checkIndex(vf);
        return control.vf(vf);
    }

    /**
     * Sets up a VF: each setting is made, read back and, if it isn't so yet, made again for a
     * while. If one fails, those made before it in this call are put back.
     *
     * @param vf index, from 0
     * @param settings what to set; the rest stays as it is
     * @throws SriovException if there is no such VF, or if the driver can't or won't do it; it says
     *     which setting
     */
    public void configure(int vf, VfSettings settings) {
        checkIndex(vf);
        control.configure(vf, settings);
    }

    /**
     * Sets up a VF as it was once. Here one setting that fails doesn't keep the others from being
     * made.
     *
     * @param before what {@link #vf(int)} returned
     * @throws SriovException if something could not be put back; it says what
     */
    public void restore(VfInfo before) {
        checkIndex(before.index());
        control.restore(before);
    }

    /**
     * What a VF received and sent.
     *
     * @param vf index, from 0
     * @return counters; zeros from a driver that doesn't count
     * @throws SriovException if there is no such VF, or if the PF has no network interface here
     */
    public VfStatistics statistics(int vf) {
        checkIndex(vf);
        return control.statistics(vf);
    }

    /**
     * Its network interface at this moment.
     *
     * @return it
     * @throws SriovException if it has none in this namespace
     */
    public Netdev netdev() {
        List<Netdev> netdevs = Netdev.of(kernel, address);
        if (netdevs.isEmpty()) {
            String driver =
                    sysfs.linkName(path + "/driver")
                            .map(name -> "its driver is " + name)
                            .orElse("it has no driver");
            throw new SriovException(
                    "The PF "
                            + address
                            + " has no network interface here ("
                            + driver
                            + "), and only by that its VFs can be set up. Bind the kernel's own"
                            + " driver for this NIC; or bring the interface back from the"
                            + " namespace that it was moved to.");
        }
        return netdevs.getFirst();
    }

    /**
     * How its switch is told what to do. Only root may ask.
     *
     * @return the mode, or nothing where the driver has no such thing
     * @throws SriovException if the kernel can't be asked
     */
    public Optional<EswitchMode> eswitchMode() {
        try {
            OptionalInt mode = Devlink.of(kernel).eswitchMode(address.toString());
            return mode.isEmpty() ? Optional.empty() : Optional.of(EswitchMode.of(mode.getAsInt()));
        } catch (KernelException e) {
            throw Refusal.of(kernel, "read the mode of the switch of " + address, e);
        }
    }

    /**
     * Changes how its switch is told what to do. Many drivers want no VF to be bound meanwhile.
     *
     * @param mode to change to; nothing happens if it is so already
     * @throws SriovException if the driver has no such thing, or refuses
     */
    public void eswitchMode(EswitchMode mode) {
        String attempt = "set the switch of " + address + " to " + mode;
        EswitchMode before =
                eswitchMode()
                        .orElseThrow(() ->
                                new SriovException(
                                        "Can't "
                                                + attempt
                                                + ": its driver has no switch whose mode"
                                                + " can be changed. Leave it as it is."));
        if (before == mode) {
            return;
        }
        try {
            Devlink.of(kernel).eswitchMode(address.toString(), mode.number());
        } catch (KernelException e) {
            throw Refusal.of(kernel, attempt, e);
        }
        if (!eswitchMode().equals(Optional.of(mode))) {
            throw new SriovException(
                    "Can't " + attempt + ": the driver took it, but it is still " + before + ".");
        }
    }

    /**
     * The interfaces that stand for VFs in switchdev mode.
     *
     * @return their names at this moment, by the VFs' indexes; none in legacy mode
     * @throws SriovException if the kernel can't be asked
     */
    public Map<Integer, String> representors() {
        try {
            Map<Integer, String> representors = new HashMap<>();
            for (DevlinkPort port : Devlink.of(kernel).ports(address.toString())) {
                if (port.flavour() == Genetlink.DEVLINK_PORT_FLAVOUR_PCI_VF
                        && !port.netdev().isEmpty()) {
                    representors.put(port.vf(), port.netdev());
                }
            }
            return Map.copyOf(representors);
        } catch (KernelException e) {
            throw Refusal.of(kernel, "list the representors of " + address, e);
        }
    }

    /** Its address. */
    @Override
    public String toString() {
        return address.toString();
    }

    private void checkIndex(int vf) {
        int now = numVfs();
        if (vf < 0 || vf >= now) {
            throw new SriovException(
                    address
                            + " has no VF "
                            + vf
                            + ": "
                            + (now == 0
                                    ? "it has none. Make some first."
                                    : "it has 0 to " + (now - 1) + "."));
        }
    }
}
