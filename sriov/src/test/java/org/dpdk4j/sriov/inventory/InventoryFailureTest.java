// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.model.KernelModelProcess;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What fails at any step is undone, and what could not be undone is reconciled. */
class InventoryFailureTest {
    private static KernelModelProcess model;
    private static String before;

    /** In memory where there is such a place: only a machine that dies needs what is on disk. */
    private static Path directory;

    private static int states;

    @BeforeAll
    static void start() throws IOException {
        Path memory = Path.of("/dev/shm");
        directory =
                Files.isWritable(memory)
                        ? Files.createTempDirectory(memory, "dpdk4j")
                        : Files.createTempDirectory("dpdk4j");
        model = KernelModelProcess.start(Life.machine());
        before = model.snapshot();
    }

    @AfterAll
    static void stop() throws IOException {
        model.close();
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    @BeforeEach
    void clean() {
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldUndoWhatFailsAtAnyOperation() {
        long steps = wholeLife(kernel()).steps();
        int failed = 0;
        for (long k = 1; k <= steps; k++) {
            failed += failing(kernel().failing(k, k, Errno.EIO), "EIO");
        }
        assertThat(steps).isGreaterThan(500);
        System.out.printf(
                "EIO once at each of %d operations and commits: %d lives failed, all undone%n",
                steps, failed);
    }

    @Test
    void shouldUndoWhatFailsAtAnyChange() {
        long steps = wholeLife(kernel().countingChanges()).steps();
        int failed = 0;
        int lives = 0;
        for (int errno :
                new int[] {Errno.EBUSY, Errno.EINTR, Errno.ENODEV, Errno.EPERM, Errno.EINVAL}) {
            for (long k = 1; k <= steps; k++) {
                SteppedKernel kernel = kernel().countingChanges().failing(k, k, errno);
                failed += failing(kernel, Errno.name(errno));
                lives++;
            }
        }
        System.out.printf(
                "EBUSY, EINTR, ENODEV, EPERM, EINVAL at each of %d changes and commits: %d of %d"
                        + " lives failed, all undone%n",
                steps, failed, lives);
    }

    @Test
    void shouldBelieveWhatItSeesIfWhatFailedWasDone() {
        long steps = wholeLife(kernel().countingChanges()).steps();
        int failed = 0;
        for (int errno : new int[] {Errno.EINTR, Errno.EIO}) {
            for (long k = 1; k <= steps; k++) {
                SteppedKernel kernel = kernel().countingChanges().failing(k, k, errno).doneFirst();
                failed += failing(kernel, Errno.name(errno) + " though done");
            }
        }
        System.out.printf(
                "EINTR and EIO after each of %d changes that was done: %d lives failed, all"
                        + " undone%n",
                steps, failed);
    }

    @Test
    void shouldReconcileWhatCouldNotBeUndone() {
        long steps = wholeLife(kernel().countingChanges()).steps();
        for (long k = 1; k <= steps; k++) {
            Path state = state();
            SteppedKernel kernel =
                    kernel().countingChanges().failing(k, Long.MAX_VALUE - 1, Errno.EIO);
            lives(kernel, state);
            heal(state, kernel::struck);
        }
        System.out.printf("EIO from each of %d changes on, reconciled after that%n", steps);
    }

    @Test
    void shouldReconcileWhoeverDiesAnywhere() {
        long steps = wholeLife(kernel()).steps();
        for (long k = 1; k <= steps; k++) {
            Path state = state();
            SteppedKernel kernel = kernel().dyingAt(k);
            assertThat(lives(kernel, state)).isInstanceOf(SteppedKernel.Death.class);
            heal(state, kernel::struck);
        }
        System.out.printf("deaths before each of %d operations and commits, reconciled%n", steps);
    }

    @Test
    void shouldReconcileAgainWhereWhoReconcilesDies() {
        long steps = wholeLife(kernel().countingChanges()).steps();
        int deaths = 0;
        for (long k = 1; k <= steps; k++) {
            // Each step of reconciling after some deaths, one step after the others.
            long first = k % 5 == 0 ? 1 : 1 + k % 7;
            for (long j = first; ; j++) {
                Path state = state();
                SteppedKernel victim = kernel().countingChanges().dyingAt(k);
                lives(victim, state);
                SteppedKernel reconciler = kernel().countingChanges().dyingAt(j);
                Throwable end = ends(reconciler, state, inventory -> Life.heal(inventory));
                if (end != null) {
                    assertThat(end).isInstanceOf(SteppedKernel.Death.class);
                    deaths++;
                }
                heal(state, () -> victim.struck() + ", then " + reconciler.struck());
                if (end == null || k % 5 != 0) {
                    break;
                }
            }
        }
        System.out.printf("deaths of who reconciles after a death: %d, reconciled%n", deaths);
    }

    private static SteppedKernel kernel() {
        return new SteppedKernel(model.kernel());
    }

    private static Path state() {
        return directory.resolve(Integer.toString(++states));
    }

    private SteppedKernel wholeLife(SteppedKernel kernel) {
        assertThat(lives(kernel, state())).isNull();
        return kernel;
    }

    /** One life that may fail, and what its caller does about that; 1 if it failed. */
    private int failing(SteppedKernel kernel, String what) {
        Path state = state();
        Supplier<String> where = () -> what + ": " + kernel.struck();
        Throwable failure =
                ends(
                        kernel,
                        state,
                        inventory -> {
                            try {
                                Life.live(inventory);
                            } catch (SriovException e) {
                                undone(inventory, where);
                                throw e;
                            }
                        });
        if (failure != null) {
            assertThat(failure).as(where.get()).isInstanceOf(SriovException.class);
            assertThat(failure.getMessage()).matches("(?s)[A-Z0-9].*[.!):]");
        }
        assertThat(model.snapshot()).as(where).isEqualTo(before);
        return failure == null ? 0 : 1;
    }

    /** No step is half done; and whoever failed gives back without anybody's help. */
    private static void undone(Inventory inventory, Supplier<String> where) {
        for (Reservation reservation : inventory.reservations(Life.OWNER)) {
            if (reservation.state() != VfState.RELEASING) {
                assertThat(reservation.vfs()).as(where).allMatch(ReservedVf::settled);
            }
            assertThat(inventory.release(reservation.id())).as(where).isTrue();
        }
        assertThat(inventory.reservations()).as(where).isEmpty();
        inventory.restoreNumVfs(Life.PF);
    }

    private static @Nullable Throwable lives(SteppedKernel kernel, Path state) {
        return ends(kernel, state, Life::live);
    }

    private interface Use {
        void of(Inventory inventory);
    }

    private static @Nullable Throwable ends(SteppedKernel kernel, Path state, Use use) {
        try (Inventory inventory = Inventory.open(state, kernel, kernel)) {
            use.of(inventory);
            return null;
        } catch (SteppedKernel.Death | SriovException e) {
            return e;
        }
    }

    private void heal(Path state, Supplier<String> where) {
        try (Inventory inventory = Inventory.open(state, model.kernel())) {
            Life.heal(inventory);
        } catch (SriovException | AssertionError e) {
            throw new AssertionError("after a death at " + where.get(), e);
        }
        assertThat(model.snapshot()).as(where).isEqualTo(before);
    }
}
