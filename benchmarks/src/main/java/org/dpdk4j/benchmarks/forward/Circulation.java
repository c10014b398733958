// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.forward;

import java.util.List;
import org.dpdk4j.EthDev;
import org.dpdk4j.Mbuf;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.RxQueue;
import org.dpdk4j.Step;
import org.dpdk4j.TxQueue;
import org.dpdk4j.net.Checksum;

/**
 * The packets that go round: put in before a forwarder is measured, and afterwards taken out and
 * looked at. forwarder.c does the same, in the same order.
 */
final class Circulation {
    /** After so long without a packet there is none left. */
    private static final long QUIET_NANOS = 100_000_000;

    /**
     * For so long a partner on another CPU may take to return a burst; in each try twice as long.
     */
    private static final long RETURN_NANOS = 20_000_000;

    private static final int PASS_TRIES = 5;

    /** Modes exchange or replace what is before it. */
    private static final int BEHIND_ADDRESSES = 12;

    private static final int IP_CHECKSUM = 24;
    private static final int UDP_SOURCE_PORT = 34;
    private static final int UDP_CHECKSUM = 40;
    private static final short WRONG = 0x1234;

    /** FNV-1a's, of 64 bits. */
    private static final long HASH_BASIS = 0xcbf29ce484222325L;

    private static final long HASH_PRIME = 0x100000001b3L;

    private final Frames frames;
    private final List<EthDev> ports;
    private final List<RxQueue> rx;
    private final List<TxQueue> tx;
    private final MbufBurst burst;
    private final byte[] bytes;

    /**
     * Prepares one.
     *
     * @param frames that are put in
     * @param ports which send them
     * @param rx the queue of each from which they are taken out
     * @param tx the queue of each by which they are put in
     * @param burst of the size in which they are, and empty
     */
    Circulation(
            Frames frames,
            List<EthDev> ports,
            List<RxQueue> rx,
            List<TxQueue> tx,
            MbufBurst burst) {
        this.frames = frames;
        this.ports = ports;
        this.rx = rx;
        this.tx = tx;
        this.burst = burst;
        this.bytes = new byte[frames.lengthBytes()];
    }

    /**
     * How many packets there are, and what they hold.
     *
     * @param packets how many
     * @param sum of all their checksums behind the MAC addresses. A mode that exchanges words keeps
     *     it, and one that sets a checksum right, or changes a word and its checksum
     */
    record Contents(long packets, long sum) {
        static final Contents NONE = new Contents(0, 0);

        private Contents with(Mbuf packet) {
            int length = packet.length() - BEHIND_ADDRESSES;
            // There are two zeros in this arithmetic.
            int checksum = Checksum.sum(packet, BEHIND_ADDRESSES, length) % 0xffff;
            return new Contents(packets + 1, sum + checksum);
        }

        @Override
        public String toString() {
            return packets + "/" + Long.toHexString(sum);
        }
    }

    /** Has each port send some bursts of new frames. */
    Contents fill(int bursts) {
        Contents sent = Contents.NONE;
        // A memif has no room for packets before the receiver has polled once.
        for (RxQueue queue : rx) {
            queue.receive(burst);
            burst.freeRemaining();
        }
        for (int i = 0; i < bursts; i++) {
            for (int port = 0; port < tx.size(); port++) {
                make(port);
                for (int packet = 0; packet < burst.size(); packet++) {
                    sent = sent.with(burst.get(packet));
                }
                send(port);
            }
        }
        return sent;
    }

    /** Takes out all packets that still go round. */
    Contents drain() {
        Contents received = Contents.NONE;
        long last = System.nanoTime();
        while (System.nanoTime() - last < QUIET_NANOS) {
            for (RxQueue queue : rx) {
                if (queue.receive(burst) != 0) {
                    last = System.nanoTime();
                }
                for (int i = 0; i < burst.size(); i++) {
                    received = received.with(burst.get(i));
                }
                burst.freeRemaining();
            }
        }
        return received;
    }

    /**
     * Lets a burst, whose checksums are wrong, from each port pass once, and takes it out: {@return
     * a hash of all bytes that came out, in their order, or 0 if in each try another number of
     * packets was handled, or came out}
     */
    long pass(List<Step> steps) {
        long hash = 0;
        for (int tries = 0; hash == 0 && tries < PASS_TRIES; tries++) {
            drain();
            hash = passOnce(steps, RETURN_NANOS << tries);
        }
        return hash;
    }

    private long passOnce(List<Step> steps, long patienceNanos) {
        long hash = HASH_BASIS;
        frames.startAnew();
        for (int port = 0; port < tx.size(); port++) {
            make(port);
            spoil();
            send(port);
            await(patienceNanos);
            int handled = 0;
            for (Step step : steps) {
                handled += handled == 0 ? step.run() : 0;
            }
            await(patienceNanos);
            int returned = 0;
            for (RxQueue queue : rx) {
                returned += queue.receive(burst);
                hash = hash(hash);
                burst.freeRemaining();
            }
            if (handled != burst.capacity() || returned != handled) {
                return 0;
            }
        }
        return hash;
    }

    private void make(int port) {
        address(port);
        frames.fill(burst);
    }

    private void send(int port) {
        if (burst.size() != burst.capacity() || tx.get(port).send(burst) != burst.capacity()) {
            throw new IllegalStateException("no room for the packets to start with");
        }
    }

    /**
     * Makes checksums wrong, and the ports differ: so one sees whether they are set right, and
     * exchanged.
     */
    private void spoil() {
        for (int i = 0; i < burst.size(); i++) {
            for (int offset : List.of(IP_CHECKSUM, UDP_SOURCE_PORT, UDP_CHECKSUM)) {
                burst.get(i).setShort(offset, WRONG);
            }
        }
    }

    /** A NIC delivers by address. So would the kernel, to itself, from a virtual port. */
    private void address(int port) {
        if (ports.stream().noneMatch(p -> p.name().startsWith("net_"))) {
            EthDev to = ports.get(ports.size() - 1 - port);
            frames.between(ports.get(port).macAddress(), to.macAddress());
        }
    }

    private long hash(long before) {
        long hash = before;
        for (int i = 0; i < burst.size(); i++) {
            int length = burst.get(i).copyPacket(bytes, 0);
            for (int at = 0; at < length; at++) {
                hash = (hash ^ (bytes[at] & 0xff)) * HASH_PRIME;
            }
        }
        return hash;
    }

    private static void await(long nanos) {
        long begin = System.nanoTime();
        while (System.nanoTime() - begin < nanos) {
            Thread.onSpinWait();
        }
    }
}
