// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.regex.Pattern;
import org.dpdk4j.sriov.MacAddress;
import org.dpdk4j.sriov.SriovException;

/** IP addresses as Docker writes them, and the MAC addresses that we make of them. */
final class Addresses {
    private static final Pattern CIDR = Pattern.compile("[0-9a-fA-F:.]{2,45}(/[0-9]{1,3})?");
    private static final long LOCALLY_ADMINISTERED = 0x0200_0000_0000L;
    private static final long GROUP = 0x0100_0000_0000L;

    private Addresses() {}

    /** Refuses what can't be an address. */
    static String checked(String address) {
        if (!CIDR.matcher(address).matches()) {
            throw new SriovException("The request holds something else for an IP address.");
        }
        return address;
    }

    /** 40.0.0.1 of 40.0.0.1/24. */
    static String withoutLength(String cidr) {
        String checked = checked(cidr);
        int slash = checked.indexOf('/');
        return slash < 0 ? checked : checked.substring(0, slash);
    }

    /**
     * A MAC address for an IP address in a network: the same each time, so that a container that
     * comes back is found by neighbours that remember it.
     */
    static MacAddress mac(String network, String address) {
        byte[] digest;
        try {
            digest =
                    MessageDigest.getInstance("SHA-256")
                            .digest((network + ' ' + address).getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        long bits = 0;
        for (int i = 0; i < 6; i++) {
            bits = (bits << 8) | (digest[i] & 0xff);
        }
        return MacAddress.of((bits | LOCALLY_ADMINISTERED) & ~GROUP);
    }
}
