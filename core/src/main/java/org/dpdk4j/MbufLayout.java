// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import org.dpdk4j.bindings.memory.Struct;
import org.dpdk4j.bindings.rte.Rte;

/** Where {@code struct rte_mbuf} has its fields, in the DPDK that was loaded. */
final class MbufLayout {
    private static final Struct MBUF = Struct.of("rte_mbuf");

    static final long BUF_ADDR = MBUF.offset("buf_addr");

    /** Start of the 8 bytes that are reset together: data_off, refcnt, nb_segs, port. */
    static final long REARM = MBUF.offset("data_off");

    static final long DATA_OFF = MBUF.offset("data_off");
    static final long REFCNT = MBUF.offset("refcnt");
    static final long NB_SEGS = MBUF.offset("nb_segs");
    static final long PORT = MBUF.offset("port");
    static final long OL_FLAGS = MBUF.offset("ol_flags");
    static final long PACKET_TYPE = MBUF.offset("packet_type");
    static final long PKT_LEN = MBUF.offset("pkt_len");
    static final long DATA_LEN = MBUF.offset("data_len");
    static final long VLAN_TCI = MBUF.offset("vlan_tci");
    static final long RSS_HASH = MBUF.offset("hash.rss");
    static final long VLAN_TCI_OUTER = MBUF.offset("vlan_tci_outer");
    static final long BUF_LEN = MBUF.offset("buf_len");
    static final long POOL = MBUF.offset("pool");
    static final long NEXT = MBUF.offset("next");
    static final long TX_OFFLOAD = MBUF.offset("tx_offload");

    /** Of {@link #OL_FLAGS}: the data isn't in the mbuf's own buffer. */
    static final long NOT_DIRECT = Rte.RTE_MBUF_F_EXTERNAL() | Rte.RTE_MBUF_F_INDIRECT();

    static {
        // The wide stores in PktmbufPool and the mask in LcoreCaches rest on these neighbourhoods.
        if (REFCNT != DATA_OFF + 2
                || NB_SEGS != DATA_OFF + 4
                || PORT != DATA_OFF + 6
                || DATA_OFF % Long.BYTES != 0
                || VLAN_TCI != DATA_LEN + 2
                || PKT_LEN != PACKET_TYPE + 4) {
            throw new ExceptionInInitializerError("struct rte_mbuf has an unexpected shape");
        }
    }

    private MbufLayout() {}
}
