// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

/** What happens around each of a side's slices, on the measuring thread. */
interface Turn {
    /** For forwarders that give up their CPU by themselves when nothing comes. */
    Turn NONE =
            new Turn() {
                @Override
                public void begin() {
                    // It is awake, or wakes up by itself.
                }

                @Override
                public void end() {
                    // It will fall asleep.
                }
            };

    /** Before the slice. */
    void begin();

    /** After the slice. */
    void end();
}
