// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.forward;

import org.dpdk4j.MbufBurst;
import org.dpdk4j.net.Ethernet;

/** Exchanges the MAC addresses, as testpmd's {@code macswap} does. */
final class MacSwap implements PacketFunction {
    @Override
    public void process(MbufBurst burst) {
        int size = burst.size();
        for (int i = 0; i < size; i++) {
            Ethernet ethernet = new Ethernet();
            if (ethernet.wrap(burst, i, 0)) {
                ethernet.swapAddresses();
            }
        }
    }
}
