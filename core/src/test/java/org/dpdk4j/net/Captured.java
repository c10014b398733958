// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.HexFormat;
import java.util.List;

/** Frames that Linux made, as tcpdump saw them on a veth pair without checksum offload. */
final class Captured {
    static final String MLD_BEHIND_HOP_BY_HOP =
            "333300000016 020000000001 86dd"
                    + "60000000 00240001 fe80000000000000000000fffe000001"
                    + "ff020000000000000000000000000016"
                    + "3a00050200000100"
                    + "8f0072070000000104000000ff0200000000000000000001ff000001";
    static final String ARP_REQUEST =
            "ffffffffffff 020000000001 0806"
                    + "0001080006040001 020000000001 c0000201 000000000000 c0000202";
    static final String ARP_REPLY =
            "020000000001 020000000002 0806"
                    + "0001080006040002 020000000002 c0000202 020000000001 c0000201";
    static final String PING =
            "020000000002 020000000001 0800"
                    + "4500002c6a82400040014c4bc0000201c0000202"
                    + "0800e67129890001 9ad2036b0000000046c6030000000000";
    static final String PONG =
            "020000000001 020000000002 0800"
                    + "4500002c50c000004001a60dc0000202c0000201"
                    + "0000ee7129890001 9ad2036b0000000046c6030000000000";
    static final String NEIGHBOR_SOLICITATION =
            "3333ff000002 020000000001 86dd"
                    + "60000000 00203aff 20010db8000000000000000000000001"
                    + "ff0200000000000000000001ff000002"
                    + "87001c2700000000 20010db8000000000000000000000002 0101020000000001";
    static final String NEIGHBOR_ADVERTISEMENT =
            "020000000001 020000000002 86dd"
                    + "60000000 00203aff 20010db8000000000000000000000002"
                    + "20010db8000000000000000000000001"
                    + "88008a7160000000 20010db8000000000000000000000002 0201020000000002";
    static final String PING6 =
            "020000000002 020000000001 86dd"
                    + "600eb180 00193a40 20010db8000000000000000000000001"
                    + "20010db8000000000000000000000002"
                    + "80008e48298b0001 9ad2036b00000000ba2404000000000010";
    static final String PONG6 =
            "020000000001 020000000002 86dd"
                    + "600ae7b5 00193a40 20010db8000000000000000000000002"
                    + "20010db8000000000000000000000001"
                    + "81008d48298b0001 9ad2036b00000000ba2404000000000010";
    static final String SYN =
            "020000000002 020000000001 0800"
                    + "4500003c74a940004006420fc0000201c0000202"
                    + "c08e1f90 1f1c5abf 00000000 a002faf0 5cc60000"
                    + "020405b4 0402 080aec6b25dc00000000 01 03030a";
    static final String TCP_HELLO =
            "020000000002 020000000001 0800"
                    + "4500003974ab400040064210c0000201c0000202"
                    + "c08e1f90 1f1c5ac0 d14317d7 8018003f c2af0000"
                    + "0101 080aec6b25dd9022066a"
                    + "68656c6c6f";
    static final String UDP_ODD =
            "020000000002 020000000001 0800"
                    + "4500001f05ef40004011b0dbc0000201c0000202"
                    + "9c40270f000be51f 6f6464";
    static final String UNREACHABLE =
            "020000000001 020000000002 0800"
                    + "45c0003b510800004001a4f6c0000202c0000201"
                    + "0303811d00000000"
                    + "4500001f05ef40004011b0dbc0000201c0000202 9c40270f000be51f 6f6464";
    static final String UDP_BEHIND_DESTINATION_OPTIONS =
            "020000000002 020000000001 86dd"
                    + "60084427 00133c40 20010db8000000000000000000000001"
                    + "20010db8000000000000000000000002"
                    + "1100010400000000"
                    + "9c40270f000b0daf 6f6464";

    /** The first fragment of a datagram, cut after its UDP header; only the length was adapted. */
    static final String FIRST_FRAGMENT =
            "020000000002 020000000001 86dd"
                    + "60084427 00102c40 20010db8000000000000000000000001"
                    + "20010db8000000000000000000000002"
                    + "11000001130b5aca"
                    + "9c40270f06acd3d1";

    static final List<String> ALL =
            List.of(
                    MLD_BEHIND_HOP_BY_HOP,
                    ARP_REQUEST,
                    ARP_REPLY,
                    PING,
                    PONG,
                    NEIGHBOR_SOLICITATION,
                    NEIGHBOR_ADVERTISEMENT,
                    PING6,
                    PONG6,
                    SYN,
                    TCP_HELLO,
                    UDP_ODD,
                    UNREACHABLE,
                    UDP_BEHIND_DESTINATION_OPTIONS,
                    FIRST_FRAGMENT);

    private Captured() {}

    static byte[] bytes(String hex) {
        return HexFormat.of().parseHex(hex.replace(" ", ""));
    }

    static String hex(MemorySegment packet) {
        return HexFormat.of().formatHex(packet.toArray(ValueLayout.JAVA_BYTE));
    }

    static String hex(String spaced) {
        return spaced.replace(" ", "");
    }

    /** A packet of exactly these bytes; the collector frees it. */
    static MemorySegment packet(byte[] bytes) {
        MemorySegment packet = Arena.ofAuto().allocate(bytes.length);
        MemorySegment.copy(bytes, 0, packet, ValueLayout.JAVA_BYTE, 0, bytes.length);
        return packet;
    }

    static MemorySegment packet(String hex) {
        return packet(bytes(hex));
    }
}
