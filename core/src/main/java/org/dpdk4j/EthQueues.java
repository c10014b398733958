// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.util.Arrays;
import java.util.BitSet;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The queues of a device in one direction: which are set up, and who uses which. Each has one user
 * at a time.
 */
final class EthQueues<Q> {
    private final String port;
    private final String direction;
    private final BitSet setUp = new BitSet();
    private @Nullable Object[] claims = {};

    EthQueues(String port, String direction) {
        this.port = port;
        this.direction = direction;
    }

    /** The device was configured with so many queues; none is set up, and nobody uses them. */
    void configured(int queues) {
        claims = new Object[queues];
        setUp.clear();
    }

    /** A queue was set up, or its setup has begun, which gives up what it was before. */
    void setUp(int queue, boolean done) {
        setUp.set(queue, done);
    }

    /** Refuses to start a device with queues that DPDK knows nothing of. */
    void requireAllSetUp() {
        int missing = setUp.nextClearBit(0);
        if (missing < claims.length) {
            throw new DpdkException(
                    "rte_eth_dev_start",
                    DpdkException.EINVAL,
                    direction
                            + " queue "
                            + missing
                            + " was not set up since the device was configured",
                    "port=" + port);
        }
    }

    /** Claims a queue if there is such a one and nobody has it. */
    Q claim(int queue, Supplier<Q> maker) {
        String function = "claim of a " + direction + " queue";
        if (queue < 0 || queue >= claims.length) {
            throw new DpdkException(
                    function,
                    DpdkException.EINVAL,
                    "no such queue; it was configured with " + claims.length,
                    "port=" + port,
                    "queue=" + queue);
        }
        if (claims[queue] != null) {
            throw new DpdkException(
                    function,
                    DpdkException.EBUSY,
                    "the queue is claimed already, and a queue has one user at a time",
                    "port=" + port,
                    "queue=" + queue);
        }
        Q claim = maker.get();
        claims[queue] = claim;
        return claim;
    }

    /**
     * Gives a claim back; a late one, after which somebody else claimed the queue, does nothing.
     */
    @SuppressWarnings("ReferenceEquality") // a claim is this object and no other
    void release(Q claim) {
        Arrays.setAll(claims, queue -> claims[queue] == claim ? null : claims[queue]);
    }

    /** Refuses to go on with a function that takes queues from under their users. */
    void requireUnclaimed(String function) {
        for (int queue = 0; queue < claims.length; queue++) {
            if (claims[queue] != null) {
                throw new DpdkException(
                        function,
                        DpdkException.EBUSY,
                        direction + " queue " + queue + " is claimed; stop its user first",
                        "port=" + port);
            }
        }
    }
}
