// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.echo;

import java.util.ArrayList;
import java.util.List;
import org.HdrHistogram.Histogram;
import org.dpdk4j.Mbuf;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.RxQueue;
import org.dpdk4j.TxQueue;
import org.jspecify.annotations.Nullable;

/**
 * One of the forwarders that are compared: the queues that lead to it, what was sent and came back,
 * and what was measured, a value for each round.
 *
 * <p>Belongs to the worker until that has ended.
 */
final class Side {
    private final String name;
    private final ProbeFrame frame;
    private final int window;
    private final Turn turn;
    private final RxQueue rx;
    private final TxQueue tx;
    private final List<List<Double>> rates = new ArrayList<>();
    private final List<List<Histogram>> latencies = new ArrayList<>();
    private long sent;
    private long received;
    private long lost;
    private long wrong;
    private long expected;

    /**
     * Begins with nothing measured.
     *
     * @param window frames that may be under way: fewer than get lost by themselves
     */
    Side(String name, ProbeFrame frame, int window, Turn turn, RxQueue rx, TxQueue tx) {
        this.name = name;
        this.frame = frame;
        this.window = window;
        this.turn = turn;
        this.rx = rx;
        this.tx = tx;
    }

    String name() {
        return name;
    }

    /** What is sent to it. */
    ProbeFrame frame() {
        return frame;
    }

    /** What happens around its slices. */
    Turn turn() {
        return turn;
    }

    /** Frames handed to the driver. */
    long sent() {
        return sent;
    }

    /** Frames that came back as they were sent, in order. */
    long received() {
        return received;
    }

    /** Frames that did not come back within five seconds after the end of their slice. */
    long lost() {
        return lost;
    }

    /** Frames that came back with other contents, twice, out of order, or too late. */
    long wrong() {
        return wrong;
    }

    /** Packets per second of each round, in millions. */
    List<Double> rates(int phase) {
        return phase < rates.size() ? rates.get(phase) : List.of();
    }

    /** Latencies of each round, in nanoseconds; none of a phase that measures none. */
    List<Histogram> latencies(int phase) {
        return phase < latencies.size() ? latencies.get(phase) : List.of();
    }

    /** Adds what a slice of a phase gave. */
    void record(int phase, double rate, @Nullable Histogram latency) {
        while (rates.size() <= phase) {
            rates.add(new ArrayList<>());
            latencies.add(new ArrayList<>());
        }
        rates.get(phase).add(rate);
        if (latency != null) {
            latencies.get(phase).add(latency);
        }
    }

    /** How many frames may still be sent, besides those that wait to be. */
    long room(int waiting) {
        return window - inFlight() - waiting;
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
        frame.write(burst.get(at));
        stamp(burst, at, nanos);
    }

    /**
     * Makes a frame that came back, at an index of the burst that is to be sent, into a new one.
     */
    void stamp(MbufBurst burst, int at, long nanos) {
        frame.stamp(burst.get(at), sent + at, nanos);
    }

    /** Appends what came back to a burst, and checks it. */
    int receive(MbufBurst burst) {
        int first = burst.size();
        int count = rx.receive(burst);
        for (int i = first; i < first + count; i++) {
            Mbuf packet = burst.get(i);
            if (frame.intact(packet) && frame.sequence(packet) == expected) {
                expected++;
                received++;
            } else {
                receiveUnexpected(packet);
            }
        }
        return count;
    }

    /** Gives up on the frames that are still under way. */
    void giveUp() {
        lost += inFlight();
        expected = sent;
    }

    private void receiveUnexpected(Mbuf packet) {
        long sequence = frame.intact(packet) ? frame.sequence(packet) : -1;
        if (sequence > expected && sequence < sent) {
            lost += sequence - expected;
            expected = sequence + 1;
            received++;
        } else {
            wrong++;
        }
    }
}
