// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.StringJoiner;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dpdk4j.sriov.PciAddress;

/**
 * Which virtual functions may serve: all that are given must hold. A selector of nothing takes any
 * virtual function of the machine.
 *
 * @param pf the physical function that they belong to
 * @param netdev the interface of that physical function, or of one virtual function
 * @param first the lowest PCI address
 * @param last the highest PCI address
 * @param vendorId of PCI, 0 to 0xffff
 * @param deviceId of PCI, 0 to 0xffff
 * @param driver which they have while nobody owns them, such as {@code igbvf}
 * @param firstVf the lowest index below the physical function
 * @param lastVf the highest index below the physical function
 * @param numaNode next to which they sit
 */
public record Selector(
        Optional<PciAddress> pf,
        Optional<String> netdev,
        Optional<PciAddress> first,
        Optional<PciAddress> last,
        OptionalInt vendorId,
        OptionalInt deviceId,
        Optional<String> driver,
        OptionalInt firstVf,
        OptionalInt lastVf,
        OptionalInt numaNode) {

    /** Any virtual function. */
    public static final Selector ANY = parse("");

    /** As many as PCI Express can count. */
    private static final int MAX_VF = 65_535;

    private static final Pattern HEX16 = Pattern.compile("(?:0x)?[0-9a-fA-F]{1,4}");
    private static final Pattern VFS = Pattern.compile("(\\d{1,5})(?:-(\\d{1,5}))?");
    private static final Pattern NODE = Pattern.compile("\\d{1,4}");
    private static final Pattern DRIVER = Pattern.compile("[0-9A-Za-z_-]{1,63}");
    // What the kernel takes for an interface: dev_valid_name in net/core/dev.c, and no odd bytes.
    private static final Pattern NETDEV = Pattern.compile("(?!\\.{1,2}$)[!-~&&[^/:,]]{1,127}");

    /**
     * Checks that ranges are not upside down and that names can be names.
     *
     * @throws IllegalArgumentException if not
     */
    public Selector {
        if (first.isPresent() != last.isPresent()
                || (first.isPresent() && first.get().compareTo(last.get()) > 0)) {
            throw new IllegalArgumentException(
                    "no range of PCI addresses: from "
                            + text(first)
                            + " to "
                            + text(last)
                            + "; write pci=LOWEST..HIGHEST");
        }
        if (firstVf.isPresent() != lastVf.isPresent()
                || (firstVf.isPresent() && firstVf.getAsInt() > lastVf.getAsInt())
                || lastVf.orElse(0) > MAX_VF
                || firstVf.orElse(0) < 0) {
            throw new IllegalArgumentException(
                    "no range of virtual functions; write vfs=LOWEST-HIGHEST, at most " + MAX_VF);
        }
        netdev.ifPresent(name -> check(NETDEV, name, "the name of an interface"));
        driver.ifPresent(name -> check(DRIVER, name, "the name of a driver"));
    }

    /**
     * Reads a selector: {@code KEY=VALUE} separated by commas, each key once. Keys are {@code pf}
     * (PCI address), {@code netdev}, {@code pci} (an address, or {@code LOWEST..HIGHEST}), {@code
     * vendor} and {@code device} (hexadecimal), {@code driver}, {@code vfs} ({@code 2} or {@code
     * 0-3}), {@code numa}.
     *
     * @param text such as {@code pf=0000:03:00.0,vfs=0-3}
     * @return the selector
     * @throws IllegalArgumentException if the text is anything else; the message says why
     */
    public static Selector parse(String text) {
        Parts parts = new Parts();
        if (!text.isEmpty()) {
            for (String part : text.split(",", -1)) {
                int equals = part.indexOf('=');
                if (equals < 0) {
                    throw new IllegalArgumentException(
                            "not a selector: \""
                                    + text
                                    + "\"; one looks like pf=0000:03:00.0,vfs=0-3, with the keys pf,"
                                    + " netdev, pci, vendor, device, driver, vfs, numa");
                }
                parts.add(part.substring(0, equals), part.substring(equals + 1));
            }
        }
        return parts.selector();
    }

    /**
     * The same, but by the address of the physical function: names of interfaces change.
     *
     * @param address of the physical function whose interface was named
     * @return a selector without the name
     */
    Selector resolved(PciAddress address) {
        return new Selector(
                Optional.of(address),
                Optional.empty(),
                first,
                last,
                vendorId,
                deviceId,
                driver,
                firstVf,
                lastVf,
                numaNode);
    }

    /** The same, but by the addresses of the virtual function whose interface was named. */
    Selector resolved(PciAddress parent, PciAddress vf) {
        Selector one = resolved(parent);
        return new Selector(
                one.pf,
                one.netdev,
                Optional.of(vf),
                Optional.of(vf),
                vendorId,
                deviceId,
                driver,
                firstVf,
                lastVf,
                numaNode);
    }

    /** The text that {@link #parse} reads. */
    @Override
    public String toString() {
        StringJoiner text = new StringJoiner(",");
        pf.ifPresent(address -> text.add("pf=" + address));
        netdev.ifPresent(name -> text.add("netdev=" + name));
        first.ifPresent(address ->
                text.add("pci=" + address + (first.equals(last) ? "" : ".." + text(last))));
        vendorId.ifPresent(id -> text.add(String.format(Locale.ROOT, "vendor=%04x", id)));
        deviceId.ifPresent(id -> text.add(String.format(Locale.ROOT, "device=%04x", id)));
        driver.ifPresent(name -> text.add("driver=" + name));
        firstVf.ifPresent(index ->
                text.add("vfs=" + index + (firstVf.equals(lastVf) ? "" : "-" + lastVf.getAsInt())));
        numaNode.ifPresent(node -> text.add("numa=" + node));
        return text.toString();
    }

    private static String text(Optional<PciAddress> address) {
        return address.map(PciAddress::toString).orElse("nowhere");
    }

    private static String check(Pattern pattern, String value, String what) {
        if (!pattern.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "\"" + printable(value) + "\" is not " + what + " in a selector");
        }
        return value;
    }

    /** Odd bytes must not reach a terminal. */
    private static String printable(String value) {
        return value.replaceAll("[^ -~]", "?");
    }

    /** What was read so far. */
    private static final class Parts {
        private Optional<PciAddress> pf = Optional.empty();
        private Optional<String> netdev = Optional.empty();
        private Optional<PciAddress> first = Optional.empty();
        private Optional<PciAddress> last = Optional.empty();
        private OptionalInt vendorId = OptionalInt.empty();
        private OptionalInt deviceId = OptionalInt.empty();
        private Optional<String> driver = Optional.empty();
        private OptionalInt firstVf = OptionalInt.empty();
        private OptionalInt lastVf = OptionalInt.empty();
        private OptionalInt numaNode = OptionalInt.empty();

        void add(String key, String value) {
            switch (key) {
                case "pf" -> pf = once(key, pf.isPresent(), Optional.of(PciAddress.parse(value)));
                case "netdev" -> netdev = once(key, netdev.isPresent(), Optional.of(value));
                case "pci" -> {
                    once(key, first.isPresent(), value);
                    int dots = value.indexOf("..");
                    String low = dots < 0 ? value : value.substring(0, dots);
                    String high = dots < 0 ? value : value.substring(dots + 2);
                    first = Optional.of(PciAddress.parse(low));
                    last = Optional.of(PciAddress.parse(high));
                }
                case "vendor" -> vendorId = once(key, vendorId.isPresent(), hex(value));
                case "device" -> deviceId = once(key, deviceId.isPresent(), hex(value));
                case "driver" -> driver = once(key, driver.isPresent(), Optional.of(value));
                case "vfs" -> {
                    once(key, firstVf.isPresent(), value);
                    Matcher range = VFS.matcher(value);
                    if (!range.matches()) {
                        throw new IllegalArgumentException(
                                "not virtual functions: \""
                                        + printable(value)
                                        + "\"; write vfs=2 or vfs=0-3");
                    }
                    String high = range.group(2) == null ? range.group(1) : range.group(2);
                    firstVf = OptionalInt.of(Integer.parseInt(range.group(1)));
                    lastVf = OptionalInt.of(Integer.parseInt(high));
                }
                case "numa" ->
                        numaNode =
                                once(
                                        key,
                                        numaNode.isPresent(),
                                        OptionalInt.of(
                                                Integer.parseInt(
                                                        check(NODE, value, "a NUMA node"))));
                default ->
                        throw new IllegalArgumentException(
                                "a selector has no key \""
                                        + printable(key)
                                        + "\"; there are pf, netdev, pci, vendor, device, driver,"
                                        + " vfs and numa");
            }
        }

        Selector selector() {
            return new Selector(
                    pf, netdev, first, last, vendorId, deviceId, driver, firstVf, lastVf, numaNode);
        }

        private static <T> T once(String key, boolean before, T value) {
            if (before) {
                throw new IllegalArgumentException("a selector names " + key + " only once");
            }
            return value;
        }

        private static OptionalInt hex(String value) {
            String digits =
                    check(HEX16, value, "a PCI identifier of up to four hexadecimal digits");
            return OptionalInt.of(
                    Integer.parseInt(digits.startsWith("0x") ? digits.substring(2) : digits, 16));
        }
    }
}
