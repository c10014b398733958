// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.dpdk4j.Mbuf;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.RxQueue;
import org.dpdk4j.TxQueue;

/**
 * One of the forwarders that are compared: the queues that lead to it, what was sent and came back,
 * and what was measured, a value for each round.
 *
 * <p>Belongs to the worker until that has ended.
 */
final class Side {
    private final String name;
    private final int index;
    private final RxQueue rx;
    private final TxQueue tx;
    private final List<Double> rates = new ArrayList<>();
    private final List<Histogram> latencies = new ArrayList<>();
    private long sent;
    private long received;
    private long lost;
    private long wrong;
    private long expected;

    Side(String name, int index, RxQueue rx, TxQueue tx) {
        this.name = name;
        this.index = index;
        this.rx = rx;
        this.tx = tx;
    }

    String name() {
        return name;
    }

    /** Frames handed to the driver. */
    long sent() {
        return sent;
    }

    /** Frames that came back as they were sent, in order. */
    long received() {
        return received;
    }

    /** Frames that did not come back within a second after the end of their slice. */
    long lost() {
        return lost;
    }

    /** Frames that came back with other contents, twice, out of order, or too late. */
    long wrong() {
        return wrong;
    }

    /** Packets per second of each round, in millions. */
    List<Double> rates() {
        return rates;
    }

    /** Latencies of each round, in nanoseconds. */
    List<Histogram> latencies() {
        return latencies;
    }

    long inFlight() {
        return sent - received - lost;
    }

    /** Sends what a burst holds; what the driver doesn't take stays in the burst. */
    void send(MbufBurst burst) {
        sent += tx.send(burst);
    }

    /** Makes the empty packet at an index of the burst that is to be sent into a frame. */
    void write(MbufBurst burst, int at, long nanos) {
        ProbeFrame.write(burst.get(at), index);
        stamp(burst, at, nanos);
    }

    /**
     * Makes a frame that came back, at an index of the burst that is to be sent, into a new one.
     */
    void stamp(MbufBurst burst, int at, long nanos) {
        ProbeFrame.stamp(burst.get(at), index, sent + at, nanos);
    }

    /** Appends what came back to a burst, and checks it. */
    int receive(MbufBurst burst) {
        int first = burst.size();
        int count = rx.receive(burst);
        for (int i = first; i < first + count; i++) {
            Mbuf frame = burst.get(i);
            if (ProbeFrame.intact(frame, index) && ProbeFrame.sequence(frame) == expected) {
                expected++;
                received++;
            } else {
                receiveUnexpected(frame);
            }
        }
        return count;
    }

    /** Gives up on the frames that are still under way. */
    void giveUp() {
        lost += inFlight();
        expected = sent;
    }

    private void receiveUnexpected(Mbuf frame) {
        boolean intact = ProbeFrame.intact(frame, index);
        long sequence = intact ? ProbeFrame.sequence(frame) : -1;
        if (sequence > expected && sequence < sent) {
            lost += sequence - expected;
            expected = sequence + 1;
            received++;
        } else {
            wrong++;
        }
    }
}
