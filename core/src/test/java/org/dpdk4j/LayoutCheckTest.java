// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.dpdk4j.bindings.memory.NativeMemory;
import org.dpdk4j.bindings.memory.Struct;
import org.dpdk4j.testing.Forked;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.Test;

/** What a DPDK of another build would have, which each start looks for. */
@RequiresDpdk
class LayoutCheckTest {
    @Test
    void shouldRefuseADpdkThatKeepsCookies() {
        Forked.java(Cookies.class).run().requireSuccess();
    }

    /** Of a buffer that is free, and of one that was taken. */
    static final class Cookies {
        private static final long[] COOKIES = {0xbadb_adba_dadd_2e55L, 0xf2ee_f2ee_dadd_2e55L};

        public static void main(String[] args) {
            try (Eal eal = Eal.builder().detect().start();
                    PktmbufPool pool = eal.pktmbufPool("pool").size(1).cacheSize(0).create()) {
                long elements = Struct.of("rte_mempool").offset("elt_list");
                long header = NativeMemory.getLong(pool.address(), elements);
                long before = NativeMemory.getLong(header, LayoutCheck.COOKIE);
                for (long cookie : COOKIES) {
                    NativeMemory.putLong(header, LayoutCheck.COOKIE, cookie);
                    assertThatThrownBy(() -> LayoutCheck.expectNoCookies(pool.address()))
                            .isInstanceOf(DpdkException.class)
                            .hasMessageContaining("RTE_LIBRTE_MEMPOOL_DEBUG");
                }
                NativeMemory.putLong(header, LayoutCheck.COOKIE, before);
                LayoutCheck.expectNoCookies(pool.address());
            }
        }
    }
}
