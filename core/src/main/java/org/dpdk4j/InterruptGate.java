// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.dpdk4j.bindings.memory.EventFd;
import org.dpdk4j.bindings.memory.ProcessBarrier;
import org.dpdk4j.bindings.rte.Rte;
import org.dpdk4j.bindings.rte.rte_intr_callback_fn;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps EAL's interrupt thread from working while a burst of certain drivers runs, or while such a
 * device is stopped or closed.
 *
 * <p>When a memif's peer goes away, net_memif unmaps its rings in the interrupt thread, without
 * regard for a burst that reads them in another ({@code memif_disconnect} and {@code eth_memif_rx}
 * in DPDK's {@code drivers/net/memif}): the process would die.
 *
 * <p>So the interrupt thread is held in a callback of ours, which waits until that thread's own
 * epoll instance has something else to tell. Only then is the gate closed: new bursts return 0, and
 * those that run are waited for. The thread is let go, does what it has to, and comes back, since
 * the callback's own event is signalled again before it goes; then the gate opens. While nothing
 * happens to any device, bursts pay for two plain writes to their own queue and one read.
 *
 * <p>Nor does net_memif expect that a device is closed while the interrupt thread works on its
 * peer's farewell ({@code memif_dev_close} and {@code memif_intr_handler}: the latter goes on with
 * a device that is no more). So {@link #whileHeld} keeps the thread where it is held.
 */
final class InterruptGate implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(InterruptGate.class);
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");
    private static final Path DESCRIPTOR_INFOS = Path.of("/proc/self/fdinfo");
    private static final VarHandle OPEN = openHandle();
    private static final int SPINS = 1000;
    private static final long WAIT_NANOS = 50_000;
    private static final long RETRY_NANOS = 100_000_000;
    private static final long HELD_WITHIN_NANOS = 5_000_000_000L;

    private final List<EthQueue> queues = new CopyOnWriteArrayList<>();

    /** Whoever has it while the gate is open knows that the gate stays open. */
    private final ReentrantLock stay = new ReentrantLock();

    private final EventFd wake;
    private final MemorySegment handle;
    private final MemorySegment callback;
    private volatile boolean open;
    private volatile boolean closing;
    private volatile boolean heldForGood;

    /** Begins to hold the interrupt thread. The gate opens once it is held, in a moment. */
    InterruptGate() {
        try {
            wake = EventFd.open();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        handle = Rte.rte_intr_instance_alloc(0);
        // For good: the interrupt thread may still be on its way out of it when we are closed.
        callback = rte_intr_callback_fn.allocate(ignored -> enterHeld(), Arena.global());
        if (handle.address() == 0) {
            throw new DpdkException("rte_intr_instance_alloc", DpdkException.ENOMEM, "no memory");
        }
        check(Rte.rte_intr_fd_set(handle, wake.number()), "rte_intr_fd_set");
        check(Rte.rte_intr_type_set(handle, Rte.RTE_INTR_HANDLE_EXT()), "rte_intr_type_set");
        wake.signal();
        check(
                Rte.rte_intr_callback_register(handle, callback, MemorySegment.NULL),
                "rte_intr_callback_register");
    }

    void add(EthQueue queue) {
        queues.add(queue);
    }

    void remove(EthQueue queue) {
        queues.remove(queue);
    }

    /**
     * Between saying that a burst begins and looking at the gate. The two must not change places,
     * which the compilers of HotSpot don't let opaque accesses do; and the CPU's own reordering is
     * undone by {@link ProcessBarrier}, at the cost of who closes the gate.
     */
    static void fence() {
        if (!ProcessBarrier.AVAILABLE) {
            VarHandle.fullFence();
        }
    }

    /** To be read by a queue after it has said that it is in a burst, and after the fence. */
    boolean open() {
        return (boolean) OPEN.getOpaque(this);
    }

    /**
     * Does something that must not meet the interrupt thread at work. Not for that thread itself.
     *
     * @return what the action returns
     * @throws DpdkException with {@code EBUSY} if that thread does not come; nothing is done then
     */
    int whileHeld(IntSupplier action) {
        long start = System.nanoTime();
        while (true) {
            stay.lock();
            try {
                if (open) {
                    return action.getAsInt();
                }
                if (System.nanoTime() - start > HELD_WITHIN_NANOS) {
                    throw new DpdkException(
                            "wait for EAL's interrupt thread",
                            DpdkException.EBUSY,
                            "it has been busy for 5 s");
                }
            } finally {
                stay.unlock();
            }
            LockSupport.parkNanos(WAIT_NANOS);
        }
    }

    /**
     * Holds the interrupt thread for good, because EAL is about to unmap its memory: net_memif goes
     * on listening on the sockets of devices that are closed, and a peer that comes would have it
     * read what is no more. No queue may be in use any more.
     */
    @Override
    public void close() {
        closing = true;
        wake.signal();
        long start = System.nanoTime();
        while (!heldForGood && System.nanoTime() - start < HELD_WITHIN_NANOS) {
            LockSupport.parkNanos(WAIT_NANOS);
        }
        if (!heldForGood) {
            LOG.warn("EAL's interrupt thread is busy while its memory is about to go");
        }
    }

    /** What the interrupt thread calls. An exception that left it would end the JVM. */
    private void enterHeld() {
        try {
            held();
        } catch (Throwable e) {
            // Out of file descriptors, for instance.
            complain(e);
            LockSupport.parkNanos(RETRY_NANOS);
            wake.signal();
        }
    }

    private static void complain(Throwable e) {
        try {
            LOG.error("bursts pause, since the interrupt thread can't be held; trying again", e);
        } catch (Throwable _) {
            // Out of memory, perhaps: then nobody hears of it.
        }
    }

    private void held() {
        wake.drain();
        while (closing) {
            heldForGood = true;
            LockSupport.park();
        }
        int epoll = epollOfThisThread();
        try {
            open = true;
            EventFd.awaitReadable(epoll);
        } finally {
            shut();
        }
        // Tells this thread to come back here after whatever else it finds to do.
        wake.signal();
    }

    /** No burst runs afterwards, and none begins. */
    private void shut() {
        stay.lock();
        try {
            open = false;
        } finally {
            stay.unlock();
        }
        if (ProcessBarrier.AVAILABLE) {
            ProcessBarrier.pass();
        }
        for (EthQueue queue : queues) {
            awaitEndOfBurst(queue);
        }
    }

    private static void awaitEndOfBurst(EthQueue queue) {
        for (int tries = 0; queue.inBurst(); tries++) {
            if (tries < SPINS) {
                Thread.onSpinWait();
            } else {
                LockSupport.parkNanos(WAIT_NANOS);
            }
        }
    }

    /** EAL makes it anew whenever a callback comes or goes, and tells nobody. */
    private int epollOfThisThread() {
        try (Stream<Path> descriptors = Files.list(DESCRIPTORS)) {
            return descriptors
                    .map(path -> path.getFileName().toString())
                    .filter(this::waitsForUs)
                    .mapToInt(Integer::parseInt)
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalStateException("no epoll instance has our event"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean waitsForUs(String descriptor) {
        try {
            return Files.readSymbolicLink(DESCRIPTORS.resolve(descriptor))
                            .toString()
                            .equals("anon_inode:[eventpoll]")
                    && Files.readString(DESCRIPTOR_INFOS.resolve(descriptor))
                            .lines()
                            .anyMatch(line -> line.matches("tfd: +" + wake.number() + " .*"));
        } catch (IOException e) {
            // Closed meanwhile by its owner, another thread.
            return false;
        }
    }

    private static VarHandle openHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(InterruptGate.class, "open", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static void check(int result, String function) {
        DpdkException.check(result, function);
    }
}
