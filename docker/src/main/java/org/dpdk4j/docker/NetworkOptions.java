// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.pf.VfSettings;

/**
 * The options of a network, as {@code docker network create -o} takes them. They come from a
 * command line and end in file names and requests to the kernel: only what is known to be harmless
 * gets past {@link #parse}.
 *
 * @param netdevice the interface of the physical function
 * @param pci the address of the physical function
 * @param nvf how many virtual functions it is to have
 * @param passthrough whether one container gets the whole physical function
 * @param vlan of all frames, 1 to 4094, or 0 for none
 * @param qos the priority in the VLAN, 0 to 7
 * @param spoofCheck whether frames from other addresses than its own are dropped
 * @param trust whether a container may do such as promiscuous mode
 * @param mtu of the interfaces of plain containers
 * @param minRateMbps guaranteed to what a container sends
 * @param maxRateMbps limit of what a container sends
 * @param prefix of the interfaces' names in containers
 */
public record NetworkOptions(
        Optional<String> netdevice,
        Optional<PciAddress> pci,
        OptionalInt nvf,
        boolean passthrough,
        OptionalInt vlan,
        OptionalInt qos,
        Optional<Boolean> spoofCheck,
        Optional<Boolean> trust,
        OptionalInt mtu,
        OptionalInt minRateMbps,
        OptionalInt maxRateMbps,
        String prefix) {
    private static final Pattern INTERFACE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.-]{0,14}");
    private static final Pattern PREFIX = Pattern.compile("[A-Za-z][A-Za-z0-9_]{0,9}");
    private static final Pattern NUMBER = Pattern.compile("[0-9]{1,7}");
    private static final Pattern PCI =
            Pattern.compile("([0-9a-fA-F]{4,8}:)?[0-9a-fA-F]{2}:[0-9a-fA-F]{2}\\.[0-7]");
    private static final String KNOWN =
            "netdevice, pci, nvf, mode, vlan, qos, spoofchk, trust, mtu, minrate, maxrate, prefix";

    /**
     * Reads what was typed.
     *
     * @param options names to values
     * @return the options
     * @throws SriovException in a sentence, if a name isn't known or a value not allowed
     */
    public static NetworkOptions parse(Map<String, String> options) {
        Map<String, String> left = new TreeMap<>(options);
        NetworkOptions read =
                new NetworkOptions(
                        text(
                                left,
                                "netdevice",
                                INTERFACE,
                                "the name of an interface, such as eth2"),
                        text(left, "pci", PCI, "a PCI address such as 0000:03:00.0")
                                .map(PciAddress::parse),
                        number(left, "nvf", 1, 65535),
                        text(
                                        left,
                                        "mode",
                                        Pattern.compile("sriov|passthrough"),
                                        "a mode: there are sriov and passthrough")
                                .orElse("sriov")
                                .equals("passthrough"),
                        number(left, "vlan", 0, 4094),
                        number(left, "qos", 0, 7),
                        flag(left, "spoofchk"),
                        flag(left, "trust"),
                        number(left, "mtu", 68, 65535),
                        number(left, "minrate", 0, 9_999_999),
                        number(left, "maxrate", 0, 9_999_999),
                        text(
                                        left,
                                        "prefix",
                                        PREFIX,
                                        "a prefix of interface names: a letter, then up to nine"
                                                + " letters, digits and underscores")
                                .orElse("eth"));
        if (!left.isEmpty()) {
            throw new SriovException(
                    "There is no option \""
                            + printable(left.keySet().iterator().next())
                            + "\" of a hisriov network; there are "
                            + KNOWN
                            + ".");
        }
        read.check();
        return read;
    }

    /**
     * What is to be set of each virtual function.
     *
     * @return settings without a MAC address
     */
    public VfSettings.Builder vfSettings() {
        VfSettings.Builder settings = VfSettings.builder();
        vlan.ifPresent(settings::vlan);
        qos.ifPresent(settings::qos);
        spoofCheck.ifPresent(settings::spoofCheck);
        trust.ifPresent(settings::trust);
        minRateMbps.ifPresent(settings::minRateMbps);
        maxRateMbps.ifPresent(settings::maxRateMbps);
        return settings;
    }

    /**
     * The options that were given, as {@link #parse} reads them.
     *
     * @return names to values
     */
    public Map<String, String> toMap() {
        Map<String, String> map = new LinkedHashMap<>();
        netdevice.ifPresent(value -> map.put("netdevice", value));
        pci.ifPresent(value -> map.put("pci", value.toString()));
        nvf.ifPresent(value -> map.put("nvf", Integer.toString(value)));
        if (passthrough) {
            map.put("mode", "passthrough");
        }
        vlan.ifPresent(value -> map.put("vlan", Integer.toString(value)));
        qos.ifPresent(value -> map.put("qos", Integer.toString(value)));
        spoofCheck.ifPresent(value -> map.put("spoofchk", value ? "on" : "off"));
        trust.ifPresent(value -> map.put("trust", value ? "on" : "off"));
        mtu.ifPresent(value -> map.put("mtu", Integer.toString(value)));
        minRateMbps.ifPresent(value -> map.put("minrate", Integer.toString(value)));
        maxRateMbps.ifPresent(value -> map.put("maxrate", Integer.toString(value)));
        if (!prefix.equals("eth")) {
            map.put("prefix", prefix);
        }
        return map;
    }

    private void check() {
        if (netdevice.isEmpty() && pci.isEmpty()) {
            throw new SriovException(
                    "A hisriov network names its NIC: -o netdevice=eth2, or by its address, -o"
                            + " pci=0000:03:00.0.");
        }
        if (passthrough && (nvf.isPresent() || !settings().isEmpty())) {
            throw new SriovException(
                    "With mode=passthrough a container gets the NIC itself and no virtual function:"
                            + " leave out "
                            + (nvf.isPresent() ? "nvf" : String.join(", ", settings().keySet()))
                            + ".");
        }
        try {
            vfSettings().build();
        } catch (IllegalArgumentException e) {
            throw new SriovException(String.valueOf(e.getMessage()), e);
        }
    }

    /** What only virtual functions have. */
    private Map<String, String> settings() {
        Map<String, String> settings = new LinkedHashMap<>(toMap());
        settings.keySet()
                .removeAll(java.util.Set.of("netdevice", "pci", "nvf", "mode", "mtu", "prefix"));
        return settings;
    }

    private static Optional<String> text(
            Map<String, String> left, String name, Pattern allowed, String what) {
        String value = left.remove(name);
        if (value == null) {
            return Optional.empty();
        }
        if (!allowed.matcher(value).matches()) {
            throw new SriovException(
                    "Option " + name + "=\"" + printable(value) + "\" is not " + what + ".");
        }
        return Optional.of(value);
    }

    private static OptionalInt number(Map<String, String> left, String name, int least, int most) {
        String value = left.remove(name);
        if (value == null) {
            return OptionalInt.empty();
        }
        int number = NUMBER.matcher(value).matches() ? Integer.parseInt(value) : -1;
        if (number < least || number > most) {
            throw new SriovException(
                    "Option "
                            + name
                            + "=\""
                            + printable(value)
                            + "\" is not a number from "
                            + least
                            + " to "
                            + most
                            + ".");
        }
        return OptionalInt.of(number);
    }

    private static Optional<Boolean> flag(Map<String, String> left, String name) {
        String value = left.remove(name);
        if (value == null) {
            return Optional.empty();
        }
        return Optional.of(
                switch (value.toLowerCase(Locale.ROOT)) {
                    case "on", "true", "1", "yes" -> true;
                    case "off", "false", "0", "no" -> false;
                    default ->
                            throw new SriovException(
                                    "Option "
                                            + name
                                            + "=\""
                                            + printable(value)
                                            + "\" is neither on nor off.");
                });
    }

    /** Odd bytes must not reach a terminal or a log, nor many of them. */
    private static String printable(String value) {
        String clean = value.replaceAll("[^ -~]", "?");
        return clean.length() > 60 ? clean.substring(0, 60) + "..." : clean;
    }
}
