// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.LinkedHashMap;
import java.util.Map;
import org.dpdk4j.bindings.memory.NativeMemory;
import org.dpdk4j.bindings.memory.Struct;
import org.dpdk4j.bindings.rte.Rte;

/** Between the structs of {@code rte_ethdev.h} and our records, in the ABI that was loaded. */
final class EthDevStructs {
    private static final Struct CONF = Struct.of("rte_eth_conf");
    private static final Struct INFO = Struct.of("rte_eth_dev_info");
    private static final Struct STATS = Struct.of("rte_eth_stats");
    private static final Struct LINK = Struct.of("rte_eth_link");
    private static final Struct XSTAT = Struct.of("rte_eth_xstat");
    private static final Struct XSTAT_NAME = Struct.of("rte_eth_xstat_name");
    private static final int OCTETS = 6;

    /** The bit-field behind link_speed: duplex, autoneg, status. */
    private static final int DUPLEX_BIT = 1;

    private static final int AUTONEG_BIT = 2;
    private static final int STATUS_BIT = 4;

    private EthDevStructs() {}

    static EthDevInfo info(int portId) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment info = arena.allocate(INFO.byteSize(), Long.BYTES);
            DpdkException.check(
                    Rte.rte_eth_dev_info_get((short) portId, info),
                    "rte_eth_dev_info_get",
                    "port=" + portId);
            long driverName = info.get(JAVA_LONG_UNALIGNED, INFO.offset("driver_name"));
            return new EthDevInfo(
                    driverName == 0 ? "" : NativeMemory.getString(driverName),
                    info.get(JAVA_INT_UNALIGNED, INFO.offset("if_index")),
                    info.get(JAVA_SHORT_UNALIGNED, INFO.offset("min_mtu")) & 0xffff,
                    info.get(JAVA_SHORT_UNALIGNED, INFO.offset("max_mtu")) & 0xffff,
                    info.get(JAVA_INT_UNALIGNED, INFO.offset("min_rx_bufsize")),
                    Integer.toUnsignedLong(
                            info.get(JAVA_INT_UNALIGNED, INFO.offset("max_rx_pktlen"))),
                    info.get(JAVA_SHORT_UNALIGNED, INFO.offset("max_rx_queues")) & 0xffff,
                    info.get(JAVA_SHORT_UNALIGNED, INFO.offset("max_tx_queues")) & 0xffff,
                    info.get(JAVA_LONG_UNALIGNED, INFO.offset("rx_offload_capa")),
                    info.get(JAVA_LONG_UNALIGNED, INFO.offset("tx_offload_capa")),
                    info.get(JAVA_LONG_UNALIGNED, INFO.offset("flow_type_rss_offloads")),
                    Rte.rte_eth_dev_socket_id((short) portId));
        }
    }

    static MemorySegment conf(Arena arena, EthConf conf) {
        MemorySegment c = arena.allocate(CONF.byteSize(), Long.BYTES);
        int mode =
                conf.rssHashFunctions() != 0 ? Rte.RTE_ETH_MQ_RX_RSS() : Rte.RTE_ETH_MQ_RX_NONE();
        c.set(JAVA_INT_UNALIGNED, CONF.offset("rxmode.mq_mode"), mode);
        c.set(JAVA_INT_UNALIGNED, CONF.offset("rxmode.mtu"), conf.mtu());
        c.set(JAVA_LONG_UNALIGNED, CONF.offset("rxmode.offloads"), conf.rxOffloads());
        c.set(JAVA_LONG_UNALIGNED, CONF.offset("txmode.offloads"), conf.txOffloads());
        c.set(
                JAVA_LONG_UNALIGNED,
                CONF.offset("rx_adv_conf.rss_conf.rss_hf"),
                conf.rssHashFunctions());
        return c;
    }

    static EthStats stats(int portId, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment s = arena.allocate(STATS.byteSize(), Long.BYTES);
            DpdkException.check(
                    Rte.rte_eth_stats_get((short) portId, s), "rte_eth_stats_get", "port=" + name);
            return new EthStats(
                    s.get(JAVA_LONG_UNALIGNED, STATS.offset("ipackets")),
                    s.get(JAVA_LONG_UNALIGNED, STATS.offset("opackets")),
                    s.get(JAVA_LONG_UNALIGNED, STATS.offset("ibytes")),
                    s.get(JAVA_LONG_UNALIGNED, STATS.offset("obytes")),
                    s.get(JAVA_LONG_UNALIGNED, STATS.offset("imissed")),
                    s.get(JAVA_LONG_UNALIGNED, STATS.offset("ierrors")),
                    s.get(JAVA_LONG_UNALIGNED, STATS.offset("oerrors")),
                    s.get(JAVA_LONG_UNALIGNED, STATS.offset("rx_nombuf")));
        }
    }

    static Map<String, Long> xstats(int portId, String name) {
        short port = (short) portId;
        String argument = "port=" + name;
        int count =
                DpdkException.check(
                        Rte.rte_eth_xstats_get_names(port, MemorySegment.NULL, 0),
                        "rte_eth_xstats_get_names",
                        argument);
        Map<String, Long> xstats = new LinkedHashMap<>();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment names = arena.allocate(XSTAT_NAME.byteSize() * count, Long.BYTES);
            MemorySegment values = arena.allocate(XSTAT.byteSize() * count, Long.BYTES);
            int named =
                    DpdkException.check(
                            Rte.rte_eth_xstats_get_names(port, names, count),
                            "rte_eth_xstats_get_names",
                            argument);
            int valued =
                    DpdkException.check(
                            Rte.rte_eth_xstats_get(port, values, count),
                            "rte_eth_xstats_get",
                            argument);
            for (int i = 0; i < Math.min(Math.min(named, valued), count); i++) {
                long at = i * XSTAT.byteSize();
                long id = values.get(JAVA_LONG_UNALIGNED, at + XSTAT.offset("id"));
                xstats.put(
                        names.getString(id * XSTAT_NAME.byteSize() + XSTAT_NAME.offset("name")),
                        values.get(JAVA_LONG_UNALIGNED, at + XSTAT.offset("value")));
            }
        }
        return xstats;
    }

    static EthLink link(int portId, String name) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment link = arena.allocate(LINK.byteSize(), Long.BYTES);
            DpdkException.check(
                    Rte.rte_eth_link_get_nowait((short) portId, link),
                    "rte_eth_link_get_nowait",
                    "port=" + name);
            long speed = LINK.offset("link_speed");
            int bits = link.get(JAVA_BYTE, speed + Integer.BYTES);
            return new EthLink(
                    (bits & STATUS_BIT) != 0,
                    link.get(JAVA_INT_UNALIGNED, speed) & EthLink.SPEED_UNKNOWN,
                    (bits & DUPLEX_BIT) != 0,
                    (bits & AUTONEG_BIT) != 0);
        }
    }

    static MacAddress macAddress(MemorySegment etherAddr) {
        long bits = 0;
        for (int i = 0; i < OCTETS; i++) {
            bits = bits << 8 | (etherAddr.get(JAVA_BYTE, i) & 0xff);
        }
        return MacAddress.of(bits);
    }

    static MemorySegment etherAddr(Arena arena, MacAddress address) {
        MemorySegment octets = arena.allocate(OCTETS);
        for (int i = 0; i < OCTETS; i++) {
            octets.set(JAVA_BYTE, i, (byte) (address.bits() >>> (40 - 8 * i)));
        }
        return octets;
    }
}
