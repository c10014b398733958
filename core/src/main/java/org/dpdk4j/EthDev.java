// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import org.dpdk4j.bindings.rte.Rte;
import org.jspecify.annotations.Nullable;

/**
 * An Ethernet device, or port: {@code rte_ethdev}.
 *
 * <p>The order is {@link #configure}, {@link #setupRx} and {@link #setupTx} for each queue, {@link
 * #start}, then {@link #claimRx} and {@link #claimTx} by whoever moves packets. Closing stops it
 * and gives it up for the life of the process.
 *
 * <p>All methods are of the control path: any thread may call them, and they exclude each other.
 * They throw {@link DpdkException} if DPDK refuses, and {@link IllegalStateException} if the device
 * is closed.
 */
public final class EthDev implements AutoCloseable {
    private static final int ANY_NUMA_NODE = -1;
    private static final int ETHER_ADDR_BYTES = 6;

    private final Eal eal;
    private final String name;
    private final int portId;
    private final EthDriver driver;
    private final @Nullable InterruptGate gate;
    private final List<PktmbufPool> pools = new ArrayList<>();
    private final EthQueues<RxQueue> rxQueues;
    private final EthQueues<TxQueue> txQueues;
    private boolean started;

    /** Also if it was stopped since. */
    private boolean everStarted;

    private boolean closed;

    EthDev(Eal eal, String name, int portId) {
        this.eal = eal;
        this.name = name;
        this.portId = portId;
        this.rxQueues = new EthQueues<>(name, "receive");
        this.txQueues = new EthQueues<>(name, "transmit");
        this.driver = EthDriver.of(name, EthDevStructs.info(portId).driverName());
        this.gate = driver.gated() ? eal.interruptGate() : null;
    }

    /**
     * Its name: what {@code --vdev} or the bus called it.
     *
     * @return for example {@code net_ring0} or {@code 0000:01:10.0}
     */
    public String name() {
        return name;
    }

    /**
     * Its number.
     *
     * @return DPDK's port id
     */
    public int portId() {
        return portId;
    }

    /**
     * What it can do.
     *
     * @return its capabilities
     */
    public synchronized EthDevInfo info() {
        requireOpen();
        return EthDevStructs.info(portId);
    }

    /**
     * Sets numbers of queues and offloads; undoes what was set up before.
     *
     * @param conf what is wanted
     */
    public synchronized void configure(EthConf conf) {
        requireOpen();
        requireUnclaimed("rte_eth_dev_configure");
        requireNoPeer("rte_eth_dev_configure");
        int max = Rte.RTE_MAX_QUEUES_PER_PORT();
        if (conf.rxQueues() < 0
                || conf.txQueues() < 0
                || conf.rxQueues() + conf.txQueues() == 0
                || conf.rxQueues() > max
                || conf.txQueues() > max) {
            throw new DpdkException(
                    "rte_eth_dev_configure",
                    DpdkException.EINVAL,
                    "numbers of queues are 0 to 1024, and not both 0",
                    "port=" + name,
                    conf.toString());
        }
        try (Arena arena = Arena.ofConfined()) {
            int result =
                    Rte.rte_eth_dev_configure(
                            port(),
                            (short) conf.rxQueues(),
                            (short) conf.txQueues(),
                            EthDevStructs.conf(arena, conf));
            DpdkException.check(result, "rte_eth_dev_configure", "port=" + name, conf.toString());
        }
        releasePools();
        rxQueues.configured(conf.rxQueues());
        txQueues.configured(conf.txQueues());
    }

    /**
     * Sets up a receive queue.
     *
     * @param queue its index, from 0
     * @param descriptors how many packets it holds; adjusted to what the driver can do
     * @param pool where it takes buffers from; must outlive the device
     * @throws DpdkException with {@code EBUSY} while a queue of the device is claimed or, for most
     *     drivers, while it is started
     */
    public synchronized void setupRx(int queue, int descriptors, PktmbufPool pool) {
        requireOpen();
        String[] arguments = {
            "port=" + name,
            "queue=" + queue,
            "descriptors=" + descriptors,
            "pool=" + pool.name(),
            "buffers=" + pool.size()
        };
        short index = queueIndex(queue, arguments);
        int adjusted = adjust(descriptors, true, arguments);
        requireNoPeer("rte_eth_rx_queue_setup");
        requireUnclaimed("rte_eth_rx_queue_setup");
        pool.usedBy(this);
        // DPDK gives up the queue of before, and then makes another or does not.
        rxQueues.setUp(queue, false);
        int result =
                Rte.rte_eth_rx_queue_setup(
                        port(),
                        index,
                        (short) adjusted,
                        numaNode(),
                        MemorySegment.NULL,
                        pool.segment());
        if (result < 0) {
            pool.releasedBy(this);
        }
        DpdkException.check(result, "rte_eth_rx_queue_setup", arguments);
        pools.add(pool);
        rxQueues.setUp(queue, true);
    }

    /**
     * Sets up a transmit queue.
     *
     * @param queue its index, from 0
     * @param descriptors how many packets it holds; adjusted to what the driver can do
     * @throws DpdkException as of {@link #setupRx}
     */
    public synchronized void setupTx(int queue, int descriptors) {
        requireOpen();
        String[] arguments = {"port=" + name, "queue=" + queue, "descriptors=" + descriptors};
        int adjusted = adjust(descriptors, false, arguments);
        short index = queueIndex(queue, arguments);
        requireNoPeer("rte_eth_tx_queue_setup");
        requireUnclaimed("rte_eth_tx_queue_setup");
        txQueues.setUp(queue, false);
        int result =
                Rte.rte_eth_tx_queue_setup(
                        port(), index, (short) adjusted, numaNode(), MemorySegment.NULL);
        DpdkException.check(result, "rte_eth_tx_queue_setup", arguments);
        txQueues.setUp(queue, true);
    }

    /**
     * Starts it; packets flow from here on.
     *
     * @throws DpdkException with {@code EINVAL} if a queue was not set up since {@link #configure};
     *     DPDK itself doesn't check that
     */
    public synchronized void start() {
        requireOpen();
        rxQueues.requireAllSetUp();
        txQueues.requireAllSetUp();
        check(Rte.rte_eth_dev_start(port()), "rte_eth_dev_start");
        started = true;
        everStarted = true;
    }

    /**
     * Stops it; it can be started again. Stopping a device that is stopped does nothing.
     *
     * @throws DpdkException with {@code EBUSY} while a queue is claimed, since its owner may be
     *     using it
     */
    public synchronized void stop() {
        requireOpen();
        if (started) {
            requireUnclaimed("rte_eth_dev_stop");
            check(apartFromInterrupts(() -> Rte.rte_eth_dev_stop(port())), "rte_eth_dev_stop");
            started = false;
        }
    }

    /**
     * Whether it was started and not stopped since.
     *
     * @return true if packets can flow
     */
    public synchronized boolean started() {
        return started;
    }

    /**
     * Its counters.
     *
     * @return packets, bytes and errors since the start or the last reset
     */
    public synchronized EthStats stats() {
        requireOpen();
        return EthDevStructs.stats(portId, name);
    }

    /** Sets its counters to zero, the extended ones included. */
    public synchronized void resetStats() {
        requireOpen();
        check(Rte.rte_eth_stats_reset(port()), "rte_eth_stats_reset");
        check(Rte.rte_eth_xstats_reset(port()), "rte_eth_xstats_reset");
    }

    /**
     * Its extended counters, which depend on the driver.
     *
     * @return name to value, in the driver's order
     */
    public synchronized Map<String, Long> xstats() {
        requireOpen();
        return EthDevStructs.xstats(portId, name);
    }

    /**
     * The state of its link, without waiting for a negotiation to end.
     *
     * @return the link
     */
    public synchronized EthLink link() {
        requireOpen();
        return EthDevStructs.link(portId, name);
    }

    /**
     * Brings its link up or takes it down, where the driver can.
     *
     * @param up whether it is to be up
     */
    public synchronized void link(boolean up) {
        requireOpen();
        if (up) {
            check(Rte.rte_eth_dev_set_link_up(port()), "rte_eth_dev_set_link_up");
        } else {
            check(Rte.rte_eth_dev_set_link_down(port()), "rte_eth_dev_set_link_down");
        }
    }

    /**
     * Its address.
     *
     * @return the primary MAC address
     */
    public synchronized MacAddress macAddress() {
        requireOpen();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment address = arena.allocate(ETHER_ADDR_BYTES);
            check(Rte.rte_eth_macaddr_get(port(), address), "rte_eth_macaddr_get");
            return EthDevStructs.macAddress(address);
        }
    }

    /**
     * Sets its address.
     *
     * @param address the primary MAC address; neither multicast nor zero
     */
    public synchronized void macAddress(MacAddress address) {
        requireOpen();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment octets = EthDevStructs.etherAddr(arena, address);
            DpdkException.check(
                    Rte.rte_eth_dev_default_mac_addr_set(port(), octets),
                    "rte_eth_dev_default_mac_addr_set",
                    "port=" + name,
                    "address=" + address);
        }
    }

    /**
     * The largest payload of a frame.
     *
     * @return the MTU in bytes
     */
    public synchronized int mtu() {
        requireOpen();
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment mtu = arena.allocate(Short.BYTES);
            check(Rte.rte_eth_dev_get_mtu(port(), mtu), "rte_eth_dev_get_mtu");
            return mtu.get(JAVA_SHORT, 0) & 0xffff;
        }
    }

    /**
     * Sets the largest payload of a frame.
     *
     * @param bytes the MTU
     */
    public synchronized void mtu(int bytes) {
        requireOpen();
        int result =
                bytes < 0 || bytes > 65535
                        ? -DpdkException.EINVAL
                        : Rte.rte_eth_dev_set_mtu(port(), (short) bytes);
        DpdkException.check(result, "rte_eth_dev_set_mtu", "port=" + name, "mtu=" + bytes);
    }

    /**
     * Whether it receives frames for other addresses, too.
     *
     * @return true if promiscuous
     */
    public synchronized boolean promiscuous() {
        requireOpen();
        return check(Rte.rte_eth_promiscuous_get(port()), "rte_eth_promiscuous_get") == 1;
    }

    /**
     * Lets it receive frames for other addresses, or not.
     *
     * @param on whether it is to
     */
    public synchronized void promiscuous(boolean on) {
        requireOpen();
        if (on) {
            check(Rte.rte_eth_promiscuous_enable(port()), "rte_eth_promiscuous_enable");
        } else {
            check(Rte.rte_eth_promiscuous_disable(port()), "rte_eth_promiscuous_disable");
        }
    }

    /**
     * Whether it receives frames for all multicast addresses.
     *
     * @return true if so
     */
    public synchronized boolean allMulticast() {
        requireOpen();
        return check(Rte.rte_eth_allmulticast_get(port()), "rte_eth_allmulticast_get") == 1;
    }

    /**
     * Lets it receive frames for all multicast addresses, or not.
     *
     * @param on whether it is to
     */
    public synchronized void allMulticast(boolean on) {
        requireOpen();
        if (on) {
            check(Rte.rte_eth_allmulticast_enable(port()), "rte_eth_allmulticast_enable");
        } else {
            check(Rte.rte_eth_allmulticast_disable(port()), "rte_eth_allmulticast_disable");
        }
    }

    /**
     * Claims a receive queue. Workers claim by {@link WorkerContext#claimRx}, which gives the claim
     * back by itself.
     *
     * @param queue its index
     * @return the queue, to be closed by the caller
     * @throws DpdkException with {@code EBUSY} if it is claimed, with {@code EINVAL} if there is no
     *     such queue
     */
    public synchronized RxQueue claimRx(int queue) {
        requireOpen();
        requireStarted("claim of a receive queue", queue);
        return rxQueues.claim(queue, () -> new RxQueue(this, queue, driver.critical(), gate));
    }

    /**
     * Claims a transmit queue. Workers claim by {@link WorkerContext#claimTx}, which gives the
     * claim back by itself.
     *
     * @param queue its index
     * @return the queue, to be closed by the caller
     * @throws DpdkException with {@code EBUSY} if it is claimed, with {@code EINVAL} if there is no
     *     such queue
     */
    public synchronized TxQueue claimTx(int queue) {
        requireOpen();
        requireStarted("claim of a transmit queue", queue);
        return txQueues.claim(queue, () -> new TxQueue(this, queue, driver.critical(), gate));
    }

    /**
     * Stops it and gives it up: the packets in its queues go back to their pools. It can't be
     * opened again in this process. Closing twice is closing once.
     *
     * @throws DpdkException with {@code EBUSY} while a queue is claimed
     */
    @Override
    public void close() {
        int result = closeOnce();
        // Not with the lock held: EAL closes its devices with its own lock held.
        eal.forget(this);
        check(result, "rte_eth_dev_close");
    }

    private synchronized int closeOnce() {
        if (closed) {
            return 0;
        }
        requireUnclaimed("rte_eth_dev_close");
        int result = apartFromInterrupts(this::stopAndClose);
        closed = true;
        started = false;
        releasePools();
        return result;
    }

    /**
     * At one go, and even if it was stopped before: a memif server goes on taking connections,
     * which only its stop ends, and only if it was started.
     */
    private int stopAndClose() {
        if (gate != null && everStarted && !started) {
            Rte.rte_eth_dev_start(port());
            started = true;
        }
        int stopped = started ? Rte.rte_eth_dev_stop(port()) : 0;
        int result = Rte.rte_eth_dev_close(port());
        return stopped < 0 ? stopped : result;
    }

    /** All of DPDK's memory is about to go, and it could not be closed before. */
    synchronized void abandon() {
        closed = true;
    }

    /** Of a driver whose interrupt handler uses the queues also while the device is stopped. */
    private void requireNoPeer(String function) {
        if (gate != null && everStarted) {
            throw new DpdkException(
                    function,
                    DpdkException.EBUSY,
                    "a peer may be connected, since it was started before",
                    "port=" + name);
        }
    }

    synchronized void release(RxQueue claim) {
        rxQueues.release(claim);
    }

    synchronized void release(TxQueue claim) {
        txQueues.release(claim);
    }

    private int apartFromInterrupts(IntSupplier action) {
        return gate == null ? action.getAsInt() : gate.whileHeld(action);
    }

    private short port() {
        return (short) portId;
    }

    private int check(int result, String function) {
        return DpdkException.check(result, function, "port=" + name);
    }

    private int adjust(int descriptors, boolean rx, String... arguments) {
        if (descriptors < 0 || descriptors > 65535) {
            throw new DpdkException(
                    "rte_eth_dev_adjust_nb_rx_tx_desc",
                    DpdkException.EINVAL,
                    "a number of descriptors is 0 to 65535",
                    arguments);
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment wanted = arena.allocateFrom(JAVA_SHORT, (short) descriptors);
            MemorySegment none = MemorySegment.NULL;
            DpdkException.check(
                    Rte.rte_eth_dev_adjust_nb_rx_tx_desc(
                            port(), rx ? wanted : none, rx ? none : wanted),
                    "rte_eth_dev_adjust_nb_rx_tx_desc",
                    arguments);
            return wanted.get(JAVA_SHORT, 0) & 0xffff;
        }
    }

    private static short queueIndex(int queue, String... arguments) {
        if (queue < 0 || queue >= Rte.RTE_MAX_QUEUES_PER_PORT()) {
            throw new DpdkException(
                    "queue setup", DpdkException.EINVAL, "no such queue", arguments);
        }
        return (short) queue;
    }

    private int numaNode() {
        int node = Rte.rte_eth_dev_socket_id(port());
        return node < 0 ? ANY_NUMA_NODE : node;
    }

    private void releasePools() {
        pools.forEach(pool -> pool.releasedBy(this));
        pools.clear();
    }

    /** A driver's functions and queues are published one after the other while it starts. */
    private void requireStarted(String function, int queue) {
        if (!started) {
            throw new DpdkException(
                    function,
                    DpdkException.EINVAL,
                    "the device is not started",
                    "port=" + name,
                    "queue=" + queue);
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("device " + name + " is closed");
        }
    }

    /** Throws if anybody may be using a queue. */
    synchronized void requireUnclaimed() {
        requireUnclaimed("rte_eth_dev_close");
    }

    private void requireUnclaimed(String function) {
        rxQueues.requireUnclaimed(function);
        txQueues.requireUnclaimed(function);
    }
}
