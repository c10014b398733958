// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.util.Arrays;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Who uses which queue of a device in one direction: each has one user at a time. */
final class QueueClaims<Q> {
    private final String port;
    private final String direction;
    private @Nullable Object[] claims = {};

    QueueClaims(String port, String direction) {
        this.port = port;
        this.direction = direction;
    }

    /** The device has another number of queues now, and nobody uses them. */
    void resize(int queues) {
        claims = new Object[queues];
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
    void requireNone(String function) {
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
