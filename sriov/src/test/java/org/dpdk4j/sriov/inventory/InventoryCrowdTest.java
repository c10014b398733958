// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.model.KernelModelProcess;
import org.dpdk4j.sriov.model.Machine;
import org.dpdk4j.sriov.model.Nic;
import org.dpdk4j.sriov.model.NicModel;
import org.dpdk4j.testing.Forked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoryCrowdTest {
    private static final int PROCESSES = 8;
    private static final int RESERVATIONS = 1000;
    private static final int VFS = 64;

    @TempDir Path directory;

    @Test
    void shouldNeverGiveOneVfToTwo() throws Exception {
        PciAddress pf = PciAddress.parse("0000:20:00.0");
        Machine machine =
                Machine.builder().nic(Nic.of(pf.toString(), NicModel.I40E).withVfs(VFS)).build();
        Path state = directory.resolve("state");
        Path owned = Files.createDirectory(directory.resolve("owned"));
        try (KernelModelProcess model = KernelModelProcess.start(machine);
                Inventory inventory = Inventory.open(state, model.kernel());
                ExecutorService threads = Executors.newFixedThreadPool(PROCESSES)) {
            String before = model.snapshot();
            inventory.network("net", Selector.parse("pf=" + pf), Map.of());
            List<CompletableFuture<Forked.Result>> crowd = new ArrayList<>();
            for (int i = 0; i < PROCESSES; i++) {
                Forked process =
                        Forked.java(Crowd.class)
                                .option("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC")
                                .option(model.option())
                                .args(state.toString(), owned.toString())
                                .args(directory.resolve("log" + i).toString())
                                .args(Integer.toString(i))
                                .args(Integer.toString(RESERVATIONS / PROCESSES));
                crowd.add(CompletableFuture.supplyAsync(process::run, threads));
            }
            int refused = 0;
            for (CompletableFuture<Forked.Result> one : crowd) {
                refused += Integer.parseInt(one.get().requireSuccess().out().strip());
            }

            List<String> log = new ArrayList<>();
            for (int i = 0; i < PROCESSES; i++) {
                log.addAll(Files.readAllLines(directory.resolve("log" + i)));
            }
            // Each VF had its generations one after the other, and each had one owner.
            assertThat(log).doesNotHaveDuplicates();
            assertThat(inventory.vfs()).hasSize(VFS);
            for (ReservedVf vf : inventory.vfs()) {
                assertThat(vf.state()).isEqualTo(VfState.FREE);
                assertThat(vf.present()).isTrue();
                assertThat(log.stream().filter(line -> line.startsWith(vf.address() + " ")))
                        .hasSize((int) vf.generation());
            }
            assertThat(inventory.reservations()).isEmpty();
            try (Stream<Path> left = Files.list(owned)) {
                assertThat(left).isEmpty();
            }
            assertThat(model.snapshot()).isEqualTo(before);
            System.out.printf(
                    "%d reservations of %d VFs in all by %d processes over %d VFs: none owned"
                            + " twice, none lost; %d times there were too few%n",
                    RESERVATIONS, log.size(), PROCESSES, VFS, refused);
        }
    }
}
