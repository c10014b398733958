// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.forward;

import org.dpdk4j.MbufBurst;
import org.dpdk4j.RxQueue;

/**
 * One of {@link Stages}. A class and no interface: where the compiler can't tell which of several
 * will be called, an interface's method is searched for in each call.
 */
abstract class Stage {
    /** Does its work, and returns how many packets there are for the next. */
    abstract int run();

    /** Receives into a burst. */
    static Stage receive(RxQueue rx, MbufBurst burst) {
        return new Stage() {
            @Override
            int run() {
                return rx.receive(burst);
            }
        };
    }
}
