// SPDX-License-Identifier: BSD-3-Clause
package consumer;

import org.dpdk4j.MbufBurst;
import org.dpdk4j.benchmarks.forward.PacketFunction;
import org.dpdk4j.net.Ethernet;

/** Sends each packet back to where it came from. */
public final class Reflect implements PacketFunction {
    @Override
    public void process(MbufBurst burst) {
        for (int i = 0; i < burst.size(); i++) {
            Ethernet ethernet = new Ethernet();
            if (ethernet.wrap(burst, i, 0)) {
                ethernet.swapAddresses();
            }
        }
    }
}
