// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.dpdk4j.bindings.Dpdk;
import org.dpdk4j.bindings.memory.NativeMemory;
import org.dpdk4j.bindings.memory.Rehearsal;
import org.dpdk4j.bindings.memory.RteErrno;
import org.dpdk4j.bindings.rte.Rte;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * DPDK's environment abstraction layer: memory, lcores and devices of this process.
 *
 * <p>It can be started once in a process. Its methods may be called by any platform thread; none of
 * the caller's threads gets pinned. Closing stops its workers, closes devices, pools and tables,
 * and then cleans up EAL.
 */
public final class Eal implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Eal.class);

    /** From {@code eal_common_bus.c}. */
    private static final String PROBE_FAILED = ") probe failed.";

    private static final AtomicBoolean STARTED = new AtomicBoolean();

    private final EalThread mainThread;
    private final List<String> arguments;
    private final FilePrefix filePrefix;
    private final List<Worker> workers = new ArrayList<>();
    private final List<EthDev> devices = new ArrayList<>();

    /** Pools and tables. */
    private final List<AutoCloseable> memory = new ArrayList<>();

    private @Nullable InterruptGate interruptGate;
    private boolean closing;
    private volatile boolean closed;

    private Eal(EalThread mainThread, List<String> arguments, FilePrefix filePrefix) {
        this.mainThread = mainThread;
        this.arguments = List.copyOf(arguments);
        this.filePrefix = filePrefix;
    }

    /**
     * Settings to start it with.
     *
     * @return a builder
     */
    public static EalBuilder builder() {
        return new EalBuilder();
    }

    static Eal start(String program, List<String> arguments, FilePrefix filePrefix) {
        if (!STARTED.compareAndSet(false, true)) {
            throw new DpdkException(
                    "rte_eal_init",
                    DpdkException.EALREADY,
                    "EAL can be started only once in a process, and it was, or refused to");
        }
        // Not before: the lock by which another process's directory shows to be in use is no lock
        // for the process that has it.
        filePrefix.removeAbandoned();
        DpdkLog log = DpdkLog.open();
        EalThread thread = new EalThread();
        Eal eal = new Eal(thread, arguments, filePrefix);
        String messages;
        try {
            messages = thread.call(() -> init(log, program, arguments), Rehearsal::run);
        } catch (RuntimeException | Error e) {
            eal.closing = true;
            eal.closed = true;
            thread.end();
            filePrefix.removeFiles();
            throw e;
        }
        try {
            LayoutCheck.run(eal);
        } catch (RuntimeException | Error e) {
            eal.close();
            throw e;
        }
        // EAL starts without a device that it can't use, and only its log says why, if at all.
        if (messages.contains(PROBE_FAILED)) {
            LOG.warn("EAL started without a device that it was to take; it says: {}", messages);
        } else {
            EalOptions options = EalOptions.parse(arguments);
            UnusedDevices.find(
                            options, messages, Surroundings.here().pciDevices(), EthPorts::madeOf)
                    .forEach(LOG::warn);
        }
        return eal;
    }

    /** Initializes EAL, and returns what it said. */
    private static String init(DpdkLog log, String program, List<String> arguments) {
        // EAL keeps pointers into its arguments.
        Arena arena = Arena.global();
        MemorySegment argv = arena.allocate(ValueLayout.ADDRESS, arguments.size() + 2L);
        argv.setAtIndex(ValueLayout.ADDRESS, 0, arena.allocateFrom(program));
        for (int i = 0; i < arguments.size(); i++) {
            argv.setAtIndex(ValueLayout.ADDRESS, i + 1L, arena.allocateFrom(arguments.get(i)));
        }
        int[] result = new int[2];
        String messages =
                log.capture(() -> {
                    result[0] = Rte.rte_eal_init(arguments.size() + 1, argv);
                    result[1] = RteErrno.get();
                });
        if (result[0] < 0) {
            // Not every failure sets rte_errno.
            int errno = result[1] != 0 ? result[1] : DpdkException.EIO;
            throw new DpdkException(
                    "rte_eal_init",
                    errno,
                    DpdkException.meaningOf(errno) + "; EAL says: " + messages,
                    "arguments=" + String.join(" ", arguments));
        }
        return messages;
    }

    /**
     * The version of the DPDK that runs.
     *
     * @return for example {@code DPDK 22.11.11}
     */
    public static String version() {
        // Loads DPDK, or says why not.
        Dpdk.abi();
        return NativeMemory.getString(Rte.rte_version().address());
    }

    /**
     * What EAL was given.
     *
     * @return its options, those that were detected included
     */
    public List<String> arguments() {
        return arguments;
    }

    /**
     * Starts to make a pool of packet buffers.
     *
     * @param name a name that no other pool has, 25 characters at most
     * @return a builder
     */
    public PktmbufPoolBuilder pktmbufPool(String name) {
        requireOpen();
        return new PktmbufPoolBuilder(this, name);
    }

    /**
     * Starts to make a table of IPv4 routes.
     *
     * @param name a name that no other table has, 31 bytes at most
     * @return a builder
     * @throws DpdkException if DPDK's {@code librte_lpm} is not installed
     */
    public LpmBuilder lpm(String name) {
        requireOpen();
        loadFurther("rte_lpm_create", "rte_rcu", "rte_hash", "rte_lpm");
        return new LpmBuilder(this, name);
    }

    /**
     * All devices.
     *
     * @return the devices in the order of their port ids, without those that are closed and those
     *     that another device is built on
     */
    public synchronized List<EthDev> ethDevs() {
        requireOpen();
        return EthPorts.ids().stream().map(this::ethDev).toList();
    }

    /**
     * A device by its number.
     *
     * @param portId DPDK's port id
     * @return the device; the same object each time
     * @throws DpdkException if there is none
     */
    public synchronized EthDev ethDev(int portId) {
        requireOpen();
        for (EthDev device : devices) {
            if (device.portId() == portId) {
                return device;
            }
        }
        String argument = "port=" + portId;
        if (portId < 0 || portId >= Rte.RTE_MAX_ETHPORTS()) {
            throw DpdkException.of("rte_eth_dev_get_name_by_port", DpdkException.EINVAL, argument);
        }
        String name = EthPorts.name(portId);
        if (name.isEmpty()) {
            String others = "of=" + ethDevs().stream().map(EthDev::name).toList();
            throw DpdkException.of(
                    "rte_eth_dev_get_name_by_port", DpdkException.ENODEV, argument, others);
        }
        EthDev device = new EthDev(this, name, portId);
        devices.add(device);
        return device;
    }

    /**
     * A device by its name.
     *
     * @param name what {@code --vdev} or the bus called it, such as {@code net_ring0} or {@code
     *     0000:01:10.0}
     * @return the device; the same object each time
     * @throws DpdkException if there is none
     */
    public EthDev ethDev(String name) {
        requireOpen();
        return ethDev(
                DpdkException.check(
                        EthPorts.id(name), "rte_eth_dev_get_port_by_name", "name=" + name));
    }

    /**
     * The lcore that EAL was started on. It can run a worker, too.
     *
     * @return its number
     */
    public int mainLcore() {
        requireOpen();
        return Rte.rte_get_main_lcore();
    }

    /**
     * All lcores.
     *
     * @return their numbers, ascending, the main one included
     */
    public List<Integer> lcores() {
        return lcores(false);
    }

    /**
     * All lcores but the main one.
     *
     * @return their numbers, ascending
     */
    public List<Integer> workerLcores() {
        return lcores(true);
    }

    /**
     * Lets other processes capture this one's packets: {@code dpdk-dumpcap} and {@code dpdk-pdump}.
     * They attach to this process by its file prefix, which needs hugepages and files ({@code
     * --no-huge} and {@code --in-memory} rule it out). Costs nothing while nobody captures.
     *
     * @throws DpdkException if DPDK refuses, or its {@code librte_pdump} is not installed
     */
    public void enablePdump() {
        requireOpen();
        if (EalOptions.parse(arguments).has("--no-huge", "--in-memory", "--no-shconf")) {
            throw new DpdkException(
                    "rte_pdump_init",
                    DpdkException.ENOTSUP,
                    "without files of EAL's, and hugepages, no other process can attach",
                    "arguments=" + arguments);
        }
        loadFurther("rte_pdump_init", "rte_pdump");
        if (Rte.rte_pdump_init() < 0) {
            throw DpdkException.of("rte_pdump_init", RteErrno.get());
        }
    }

    /**
     * Starts a worker that polls without a pause.
     *
     * @param lcore the lcore to run on, which must not run another
     * @param body what it does
     * @return the running worker, to be closed by the caller
     * @throws DpdkException if there is no such lcore, or it is busy
     */
    public Worker worker(int lcore, WorkerBody body) {
        return worker(lcore, IdleStrategy.busySpin(), body);
    }

    /**
     * Starts a worker.
     *
     * @param lcore the lcore to run on, which must not run another
     * @param idle what it does when there is nothing to do; not shared with another worker
     * @param body what it does
     * @return the running worker, to be closed by the caller
     * @throws DpdkException if there is no such lcore, or it is busy
     */
    public synchronized Worker worker(int lcore, IdleStrategy idle, WorkerBody body) {
        requireOpen();
        requireNotClosing();
        if (!lcores().contains(lcore)) {
            throw new DpdkException(
                    "rte_eal_remote_launch",
                    DpdkException.EINVAL,
                    "no such lcore; there are " + lcores(),
                    "lcore=" + lcore);
        }
        if (workers.stream().anyMatch(worker -> worker.lcore() == lcore)) {
            throw new DpdkException(
                    "rte_eal_remote_launch",
                    DpdkException.EBUSY,
                    "the lcore runs a worker that was not closed",
                    "lcore=" + lcore);
        }
        boolean onMainLcore = lcore == mainLcore();
        Worker worker = new Worker(this, lcore, onMainLcore, idle, body);
        if (onMainLcore) {
            mainThread.execute(worker::run);
        } else {
            LcoreLaunch.launch(lcore, worker::run);
        }
        workers.add(worker);
        return worker;
    }

    /**
     * Stops the workers, closes devices, pools and tables, and cleans up EAL, which can't be
     * started again in this process. Closing twice is closing once.
     *
     * @throws DpdkException with {@code EBUSY} if somebody other than a worker still has a queue;
     *     the workers have ended then, and it can be closed again once the queue is closed
     * @throws IllegalStateException on the thread of a worker
     */
    @Override
    public void close() {
        List<Worker> running;
        synchronized (this) {
            if (closing) {
                return;
            }
            workers.forEach(Worker::requireOtherThread);
            closing = true;
            running = List.copyOf(workers).reversed();
        }
        // Not with the lock held: a worker that is about to begin may ask for a device.
        running.forEach(Worker::stop);
        running.forEach(this::closeQuietly);
        closeRest();
    }

    private synchronized void closeRest() {
        try {
            devices.forEach(EthDev::requireUnclaimed);
        } catch (DpdkException e) {
            closing = false;
            throw e;
        }
        List.copyOf(devices).reversed().forEach(this::closeQuietly);
        List.copyOf(memory).reversed().forEach(this::closeQuietly);
        // Those that could not be closed must not call into what is about to go.
        devices.forEach(EthDev::abandon);
        memory.forEach(owner -> {
            if (owner instanceof PktmbufPool pool) {
                pool.abandon();
            }
        });
        closed = true;
        MbufBurst.forgetAll();
        if (interruptGate != null) {
            interruptGate.close();
        }
        int result = mainThread.call(Rte::rte_eal_cleanup);
        mainThread.end();
        filePrefix.removeFiles();
        DpdkException.check(result, "rte_eal_cleanup");
    }

    /** Makes a pool or a table unless EAL is closed or about to be. */
    synchronized <T extends AutoCloseable> T create(Supplier<T> maker) {
        requireOpen();
        requireNotClosing();
        T owner = maker.get();
        memory.add(owner);
        return owner;
    }

    /** What keeps the interrupt thread away from bursts; made when the first driver needs it. */
    synchronized InterruptGate interruptGate() {
        if (interruptGate == null) {
            interruptGate = new InterruptGate();
        }
        return interruptGate;
    }

    synchronized void forget(AutoCloseable owner) {
        memory.remove(owner);
    }

    synchronized void forget(EthDev device) {
        devices.remove(device);
    }

    synchronized void forget(Worker worker) {
        workers.remove(worker);
    }

    /** Loads what only some programs need, each library after those that it is linked to. */
    private static void loadFurther(String function, String... libraries) {
        try {
            for (String library : libraries) {
                Dpdk.load(library);
            }
        } catch (UnsatisfiedLinkError e) {
            throw new DpdkException(function, DpdkException.ENOENT, String.valueOf(e.getMessage()));
        }
    }

    private void closeQuietly(AutoCloseable owner) {
        try {
            owner.close();
        } catch (Exception e) {
            // The rest has to be closed all the same, and its owner may long be gone.
            LOG.warn("while EAL is closed", e);
        }
    }

    private List<Integer> lcores(boolean skipMain) {
        requireOpen();
        List<Integer> found = new ArrayList<>();
        int skip = skipMain ? 1 : 0;
        // Not rte_lcore_count of them: that counts service lcores too.
        int lcore = Rte.rte_get_next_lcore(-1, skip, 0);
        while (lcore >= 0 && lcore < Rte.RTE_MAX_LCORE()) {
            found.add(lcore);
            lcore = Rte.rte_get_next_lcore(lcore, skip, 0);
        }
        return found;
    }

    private void requireNotClosing() {
        if (closing) {
            throw new IllegalStateException("EAL is being closed");
        }
    }

    private void requireOpen() {
        if (closed) {
            throw new IllegalStateException("EAL is closed");
        }
    }
}
