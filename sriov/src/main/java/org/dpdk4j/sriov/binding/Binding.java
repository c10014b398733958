// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.binding;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLDecoder;
import java.net.URLEncoder;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.dpdk4j.sriov.PciAddress;

/**
 * What a device was bound to before {@link DriverBinding#bind} took it: all that {@link
 * DriverBinding#restore} needs. Its text can be stored, and restored from by another process.
 *
 * @param address of the device
 * @param driver of the kernel that it was bound to, if any
 * @param driverOverride what {@code driver_override} said, if anything
 * @param mtu of its interface, if it had exactly one
 * @param up name of its interface, if it had exactly one and that was up
 * @param temporaryId whether binding goes through {@code new_id}, which has to be taken back,
 *     because the kernel has no {@code driver_override}
 * @param twins if so, other devices of the same ID that had no driver
 * @param unsafeNoIommu for {@link UserspaceDriver#VFIO_NOIOMMU}: whether VFIO was allowed to do
 *     without an IOMMU
 */
public record Binding(
        PciAddress address,
        Optional<String> driver,
        Optional<String> driverOverride,
        OptionalInt mtu,
        Optional<String> up,
        boolean temporaryId,
        List<PciAddress> twins,
        Optional<Boolean> unsafeNoIommu) {

    private static final String VERSION = "1";

    /** Copies the list. */
    public Binding {
        twins = List.copyOf(twins);
    }

    /**
     * Reads what {@link #text} wrote.
     *
     * @param text one line
     * @return the record
     * @throws IllegalArgumentException if the text is anything else
     */
    public static Binding parse(String text) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String field : text.strip().split(" ", -1)) {
            int equals = field.indexOf('=');
            if (equals < 0) {
                throw new IllegalArgumentException("not the text of a binding: " + text);
            }
            fields.put(
                    field.substring(0, equals),
                    URLDecoder.decode(field.substring(equals + 1), UTF_8));
        }
        String address = fields.get("address");
        if (address == null || !VERSION.equals(fields.get("binding"))) {
            throw new IllegalArgumentException("not the text of a binding: " + text);
        }
        String mtu = fields.get("mtu");
        return new Binding(
                PciAddress.parse(address),
                Optional.ofNullable(fields.get("driver")),
                Optional.ofNullable(fields.get("driver_override")),
                mtu == null ? OptionalInt.empty() : OptionalInt.of(Integer.parseInt(mtu)),
                Optional.ofNullable(fields.get("up")),
                fields.containsKey("twins"),
                Stream.of(fields.getOrDefault("twins", "").split(",", -1))
                        .filter(twin -> !twin.isEmpty())
                        .map(PciAddress::parse)
                        .toList(),
                Optional.ofNullable(fields.get("unsafe_noiommu")).map(Boolean::parseBoolean));
    }

    /**
     * The record as one line of text.
     *
     * @return for {@link #parse}
     */
    public String text() {
        StringBuilder text = new StringBuilder("binding=" + VERSION + " address=" + address);
        driver.ifPresent(name -> append(text, "driver", name));
        driverOverride.ifPresent(name -> append(text, "driver_override", name));
        mtu.ifPresent(value -> append(text, "mtu", Integer.toString(value)));
        up.ifPresent(name -> append(text, "up", name));
        if (temporaryId) {
            append(
                    text,
                    "twins",
                    twins.stream().map(PciAddress::toString).collect(Collectors.joining(",")));
        }
        unsafeNoIommu.ifPresent(was -> append(text, "unsafe_noiommu", was.toString()));
        return text.toString();
    }

    private static void append(StringBuilder text, String name, String value) {
        text.append(' ').append(name).append('=').append(URLEncoder.encode(value, UTF_8));
    }
}
