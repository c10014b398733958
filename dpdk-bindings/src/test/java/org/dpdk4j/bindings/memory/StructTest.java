// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.bindings.memory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.dpdk4j.bindings.Abi;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Layouts of every ABI; the numbers were read with {@code offsetof} from DPDK's headers. */
class StructTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    rte_eth_fp_ops   | rx_pkt_burst  | 0    | 16   | 16   | 16
                    rte_eth_fp_ops   | rxq.data      | 24   | 0    | 0    | 0
                    rte_eth_fp_ops   | rxq.clbk      | 32   | 8    | 8    | 8
                    rte_eth_fp_ops   | tx_pkt_burst  | 64   | 80   | 80   | 80
                    rte_eth_fp_ops   | tx_pkt_prepare| 72   | 88   | 88   | 88
                    rte_eth_fp_ops   | txq.data      | 88   | 64   | 64   | 64
                    rte_eth_fp_ops   | txq.clbk      | 96   | 72   | 72   | 72
                    rte_eth_conf     | intr_conf     | 2264 | 2272 | 2272 | 2272
                    rte_eth_dev_info | max_rx_pktlen | 36   | 40   | 40   | 40
                    rte_eth_dev_info | max_rx_queues | 44   | 48   | 48   | 48
                    rte_mbuf         | buf_addr      | 0    | 0    | 0    | 0
                    rte_mbuf         | data_off      | 16   | 16   | 16   | 16
                    rte_mbuf         | hash.rss      | 44   | 44   | 44   | 44
                    rte_mbuf         | pool          | 56   | 56   | 56   | 56
                    rte_mbuf         | next          | 64   | 64   | 64   | 64
                    rte_mbuf         | tx_offload    | 72   | 72   | 72   | 72
                    rte_mempool      | ops_index     | 88   | 88   | 88   | 88
                    rte_mempool_ops  | dequeue       | 56   | 56   | 56   | 56
                    """)
    void shouldKnowWhereFieldsAre(
            String struct, String field, int abi23, int abi24, int abi25, int abi26) {
        assertThat(Struct.of(Abi.DPDK_22_11, struct).offset(field)).isEqualTo(abi23);
        assertThat(Struct.of(Abi.DPDK_23_11, struct).offset(field)).isEqualTo(abi24);
        assertThat(Struct.of(Abi.DPDK_24_11, struct).offset(field)).isEqualTo(abi25);
        assertThat(Struct.of(Abi.DPDK_25_11, struct).offset(field)).isEqualTo(abi26);
    }

    @Test
    void shouldKnowHowLargeStructsAre() {
        assertThat(Struct.of(Abi.DPDK_22_11, "rte_eth_conf").byteSize()).isEqualTo(2272);
        assertThat(Struct.of(Abi.DPDK_23_11, "rte_eth_conf").byteSize()).isEqualTo(2280);
        assertThat(Struct.of(Abi.DPDK_24_11, "rte_eth_stats").byteSize()).isEqualTo(704);
        assertThat(Struct.of(Abi.DPDK_25_11, "rte_eth_stats").byteSize()).isEqualTo(64);
    }

    @ParameterizedTest
    @EnumSource(Abi.class)
    void shouldRefuseWhatIsNotThere(Abi abi) {
        Struct mbuf = Struct.of(abi, "rte_mbuf");
        assertThat(mbuf.byteSize()).isEqualTo(128);
        assertThat(mbuf.has("no_such_field")).isFalse();
        assertThat(mbuf.has("hash.no_such_field")).isFalse();
        assertThatThrownBy(() -> mbuf.offset("no_such_field"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no_such_field")
                .hasMessageContaining("" + abi.number());
        assertThatThrownBy(() -> Struct.of(abi, "rte_no_such_struct"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("rte_no_such_struct");
    }
}
