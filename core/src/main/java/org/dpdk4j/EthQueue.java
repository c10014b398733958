// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.IntSupplier;
import org.dpdk4j.bindings.memory.NativeCall;
import org.jspecify.annotations.Nullable;

/** A claim on a queue of a device: what both directions have in common. */
abstract sealed class EthQueue implements AutoCloseable permits RxQueue, TxQueue {
    private static final VarHandle IN_BURST = inBurstHandle();

    final int port;
    final int queue;

    /** The port's entry in {@link FastPathOps}. */
    final long entry;

    /** What the driver's functions are called with; no queue is set up while it is claimed. */
    final long data;

    /** Where the queue's first callback stands. */
    final long callbacksSlot;

    /** Whether the driver's function may be called with the critical linkage. */
    private final boolean critical;

    /** What keeps the driver's interrupt handler away from a burst, if that is needed. */
    private final @Nullable InterruptGate gate;

    /**
     * Whether the driver's function may be called without further thought: the claim stands, the
     * linkage is the critical one, there is no gate, and nobody debugs. One field, as every burst
     * asks for it.
     */
    private boolean plain;

    private boolean inBurst; // through IN_BURST alone

    /** Who is in a burst; for debugging alone. */
    private final AtomicReference<@Nullable Thread> user = new AtomicReference<>();

    private boolean givenBack;

    EthQueue(
            int port,
            int queue,
            long dataField,
            long callbacksField,
            boolean critical,
            @Nullable InterruptGate gate) {
        this.port = port;
        this.queue = queue;
        this.entry = FastPathOps.entry(port);
        this.data = FastPathOps.data(entry, dataField, queue);
        this.callbacksSlot = FastPathOps.slot(entry, callbacksField, queue);
        this.critical = critical;
        this.gate = gate;
        this.plain = critical && gate == null && !MbufTracker.ENABLED;
        if (gate != null) {
            gate.add(this);
        }
    }

    /**
     * Its number.
     *
     * @return the index of the queue, from 0
     */
    public final int index() {
        return queue;
    }

    /** Gives the claim back. Closing twice is closing once. */
    @Override
    public final void close() {
        givenBack = true;
        plain = false;
        if (gate != null) {
            gate.remove(this);
        }
        release();
    }

    /** Tells the device. */
    abstract void release();

    /** Somebody else may have the queue by now. */
    final void requireClaim() {
        if (!plain && givenBack) {
            throw new IllegalStateException("the claim on this queue was given back");
        }
    }

    /** Whether one of the driver's functions may be running. */
    final boolean inBurst() {
        return (boolean) IN_BURST.getAcquire(this);
    }

    /** Calls one of the driver's functions, which returns 0 while its interrupt handler works. */
    final int burst(long function, long mbufs, int count) {
        return plain
                ? NativeCall.burstCritical(function, data, mbufs, count)
                : carefulBurst(function, mbufs, count);
    }

    private int carefulBurst(long function, long mbufs, int count) {
        return MbufTracker.ENABLED
                ? exclusively(() -> gatedBurst(function, mbufs, count))
                : gatedBurst(function, mbufs, count);
    }

    /** A call that has nothing to do with what an interrupt handler takes away. */
    final int ungatedCall(long function, long mbufs, int count) {
        return MbufTracker.ENABLED
                ? exclusively(() -> call(function, mbufs, count))
                : call(function, mbufs, count);
    }

    /** Finds out whether two threads use the queue at once. */
    private int exclusively(IntSupplier call) {
        Thread current = Thread.currentThread();
        Thread other = user.compareAndExchange(null, current);
        if (other != null) {
            throw new IllegalStateException(
                    "queue "
                            + queue
                            + " of port "
                            + port
                            + ": "
                            + current
                            + " uses it while "
                            + other
                            + " does; a queue belongs to one thread at a time");
        }
        try {
            return call.getAsInt();
        } finally {
            user.set(null);
        }
    }

    private int gatedBurst(long function, long mbufs, int count) {
        InterruptGate gate = this.gate;
        return gate == null
                ? call(function, mbufs, count)
                : gatedCall(gate, function, mbufs, count);
    }

    /**
     * Says first that it is in a burst and looks at the gate then; who closes it, the other way.
     */
    private int gatedCall(InterruptGate gate, long function, long mbufs, int count) {
        IN_BURST.setOpaque(this, true);
        InterruptGate.fence();
        int done = gate.open() ? call(function, mbufs, count) : 0;
        IN_BURST.setRelease(this, false);
        return done;
    }

    /** For functions that use nothing that an interrupt handler takes away. */
    final int call(long function, long mbufs, int count) {
        return critical
                ? NativeCall.burstCritical(function, data, mbufs, count)
                : NativeCall.burst(function, data, mbufs, count);
    }

    private static VarHandle inBurstHandle() {
        try {
            return MethodHandles.lookup().findVarHandle(EthQueue.class, "inBurst", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }
}
