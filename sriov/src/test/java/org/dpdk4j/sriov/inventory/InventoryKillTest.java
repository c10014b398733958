// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.dpdk4j.sriov.model.FaultPlan;
import org.dpdk4j.sriov.model.KernelModelProcess;
import org.dpdk4j.testing.Forked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A process that is killed by {@code kill -9} at each of its steps leaves nothing behind. */
class InventoryKillTest {
    private static final int KILLED = 128 + 9;
    private static final int LANES = 2;

    @TempDir Path directory;

    /** Where and how a process is to die. */
    private record Kill(long step, When when) {
        enum When {
            BEFORE,
            DURING,
            AFTER
        }

        void plan(FaultPlan faults) {
            faults.clear();
            switch (when) {
                case BEFORE -> faults.killBeforeChange(step);
                case DURING -> faults.killDuringChange(step);
                case AFTER -> faults.killAfterChange(step);
            }
        }
    }

    @Test
    void shouldLeaveNothingBehindWhereverItIsKilled() throws Exception {
        List<String> steps;
        try (KernelModelProcess model = KernelModelProcess.start(Life.machine())) {
            steps = livedThrough(model, directory.resolve("whole"), "live");
        }
        long commits = steps.stream().filter(step -> step.contains(Life.BEFORE_COMMIT)).count();
        long changes = steps.stream().filter(step -> !step.contains("/journal/")).count();
        assertThat(commits).isGreaterThan(12);
        assertThat(changes).isGreaterThan(35);
        List<Kill> kills = new ArrayList<>();
        for (int i = 1; i <= steps.size(); i++) {
            kills.add(new Kill(i, Kill.When.BEFORE));
            if (!steps.get(i - 1).contains("/journal/")) {
                kills.add(new Kill(i, Kill.When.DURING));
            }
        }
        // After a step is before the next one: in between it only reads. Behind the last one is
        // nothing.
        assertThat(steps.getLast()).contains(Life.AFTER_COMMIT);
        run(kills, this::killOnce);
        System.out.printf(
                "kill -9: %d changes of the kernel (before, during) and %d commits (before, after):"
                        + " %d kills, each reconciled%n",
                changes, commits, kills.size());
    }

    @Test
    void shouldLeaveNothingBehindIfWhoReconcilesIsKilled() throws Exception {
        // In the middle of binding the second VF: its driver is unbound.
        int first;
        List<String> steps;
        Path state = directory.resolve("whole");
        try (KernelModelProcess model = KernelModelProcess.start(Life.machine())) {
            List<String> life = livedThrough(model, directory.resolve("life"), "live");
            first =
                    2
                            + life.stream()
                                    .filter(step -> step.contains("vfio-pci"))
                                    .map(life::indexOf)
                                    .max(Integer::compare)
                                    .orElseThrow();
            assertThat(life.get(first - 1)).contains("unbind");
            killed(model, state, "live", new Kill(first, Kill.When.AFTER));
            steps = livedThrough(model, state, "heal");
        }
        List<Kill> kills = new ArrayList<>();
        for (int i = 1; i <= steps.size(); i++) {
            kills.add(new Kill(i, Kill.When.BEFORE));
        }
        run(
                kills,
                (model, where, kill) -> {
                    killed(model, where, "live", new Kill(first, Kill.When.AFTER));
                    killed(model, where, "heal", kill);
                    heal(model, where);
                });
        System.out.printf("kill -9 of who reconciles: %d kills%n", kills.size());
    }

    private interface Attempt {
        void run(KernelModelProcess model, Path state, Kill kill) throws Exception;
    }

    /** Two machines at once, each with a journal that stays from one attempt to the next. */
    private void run(List<Kill> kills, Attempt attempt) throws Exception {
        Queue<Kill> left = new ConcurrentLinkedQueue<>(kills);
        List<Future<?>> lanes = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(LANES)) {
            for (int i = 0; i < LANES; i++) {
                Path lane = directory.resolve("lane" + i);
                lanes.add(
                        threads.submit(() -> {
                            lane(left, lane, attempt);
                            return null;
                        }));
            }
        }
        for (Future<?> lane : lanes) {
            lane.get();
        }
        assertThat(left).isEmpty();
    }

    private void lane(Queue<Kill> left, Path lane, Attempt attempt) throws Exception {
        try (KernelModelProcess model = KernelModelProcess.start(Life.machine())) {
            String before = model.snapshot();
            int number = 0;
            for (Kill kill = left.poll(); kill != null; kill = left.poll()) {
                Path state = lane.resolve(Integer.toString(++number));
                attempt.run(model, state, kill);
                assertThat(model.snapshot()).as(kill.toString()).isEqualTo(before);
            }
        } catch (Throwable e) {
            left.clear();
            throw e;
        }
    }

    private void killOnce(KernelModelProcess model, Path state, Kill kill) throws Exception {
        killed(model, state, "live", kill);
        heal(model, state);
    }

    private static void heal(KernelModelProcess model, Path state) {
        model.faults().clear();
        try (Inventory inventory = Inventory.open(state, model.kernel())) {
            Life.heal(inventory);
        }
    }

    private void killed(KernelModelProcess model, Path state, String what, Kill kill)
            throws IOException, InterruptedException {
        kill.plan(model.faults());
        assertThat(ended(start(model, state, what))).as(kill.toString()).isEqualTo(KILLED);
        model.faults().clear();
    }

    /** Its steps, if nobody kills it. */
    private List<String> livedThrough(KernelModelProcess model, Path state, String what)
            throws IOException, InterruptedException {
        model.faults().clear();
        model.resetSteps();
        assertThat(ended(start(model, state, what))).isZero();
        return model.trace().stream().filter(line -> !line.isBlank()).toList();
    }

    private Process start(KernelModelProcess model, Path state, String what) throws IOException {
        Forked victim =
                Forked.java(Life.class)
                        .option("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-XX:-UsePerfData")
                        .option("-Dorg.sqlite.tmpdir=" + directory)
                        .option(model.option())
                        .args(state.toString(), what);
        return victim.start();
    }

    private static int ended(Process process) throws InterruptedException, IOException {
        process.getOutputStream().close();
        String errors = new String(process.getErrorStream().readAllBytes());
        if (!process.waitFor(1, TimeUnit.MINUTES)) {
            process.destroyForcibly();
            throw new AssertionError("it hangs: " + errors);
        }
        if (process.exitValue() != 0 && process.exitValue() != KILLED) {
            throw new AssertionError(errors);
        }
        return process.exitValue();
    }
}
