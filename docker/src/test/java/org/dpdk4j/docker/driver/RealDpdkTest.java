// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.dpdk4j.docker.driver.RealDocker.Said;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Reservation;
import org.dpdk4j.sriov.inventory.VfState;
import org.dpdk4j.sriov.model.Machine;
import org.dpdk4j.sriov.model.Nic;
import org.dpdk4j.sriov.model.NicModel;
import org.dpdk4j.testing.RequiresDocker;
import org.dpdk4j.testing.RequiresRoot;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Both programs together: a real engine, the daemon, the command, and a modelled machine. */
@RequiresDocker
@RequiresRoot
class RealDpdkTest {
    private static RealDocker docker;
    private static String before;

    @BeforeAll
    static void start() throws Exception {
        docker =
                new RealDocker(
                        Machine.builder()
                                .nic(Nic.of(Machine.IGB0, NicModel.I40E).withTotalVfs(8))
                                .build());
        docker.model.kernel().write("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages", "64");
        before = docker.model.snapshot();
    }

    @AfterAll
    static void stop() throws Exception {
        docker.close();
    }

    /** Whatever happened, all is taken back in the end, by the daemon alone. */
    @AfterEach
    void shouldEndWithNothing() throws Exception {
        docker.model.faults().clear();
        if (!docker.driverLives()) {
            docker.startDriver();
        }
        for (String container : docker.docker("ps", "-aq").output().lines().toList()) {
            docker.docker("rm", "-f", container);
        }
        docker.docker("network", "prune", "-f").well();
        RealDocker.await(() -> reservations().isEmpty(), "all reservations given back");
        RealDocker.await(() -> docker.model.snapshot().equals(before), "the machine as before");
    }

    @Test
    void shouldKeepItsVirtualFunctionsUntilItIsRemoved() throws Exception {
        createNetwork(4);
        run("one", "--numVf=2", "--hugepages=4M").well();
        Reservation first = reservations().getFirst();
        String mac = first.metadata().get("mac");
        JsonNode inNetwork = inspect("network", "mynet").path("Containers").elements().next();
        assertThat(inNetwork.path("MacAddress").asText()).isEqualTo(mac);
        assertThat(inNetwork.path("IPv4Address").asText()).isEqualTo("40.0.0.2/24");

        JsonNode told =
                DriverFixture.parse(
                        docker.docker("exec", "one", "cat", "/run/dpdk4j/netinfo.json")
                                .well()
                                .getBytes(StandardCharsets.UTF_8));
        assertThat(told.path("devices")).hasSize(2);
        JsonNode device = told.path("devices").path(0);
        assertThat(device.path("macAddress").asText()).isEqualTo(mac);
        assertThat(device.path("addresses").path(0).asText()).isEqualTo("40.0.0.2/24");
        assertThat(device.path("gateways").path(0).asText()).isEqualTo("40.0.0.1");
        assertThat(docker.docker("exec", "one", "env").well())
                .contains("DPDK4J_NETINFO=/run/dpdk4j/netinfo.json")
                .contains("PCIDEVICE_DPDK4J_ORG_MYNET=" + first.vfs().getFirst().address() + ",");
        assertThat(docker.docker("exec", "one", "ls", "/dev/vfio").well().lines())
                .as("VFIO's own node and those of two groups")
                .hasSize(3);
        assertThat(docker.docker("exec", "one", "cat", "/proc/mounts").well())
                .containsPattern("/dev/hugepages hugetlbfs [^\\n]*size=4194304");

        docker.docker("stop", "-t", "0", "one").well();
        assertThat(reservations().getFirst().state()).isEqualTo(VfState.HELD);
        run("two", "--numVf=2").well();
        assertThat(run("three").output()).contains("has no free virtual functions");
        docker.docker("start", "one").well();
        assertThat(reservations().getFirst().state()).isEqualTo(VfState.ATTACHED);
        docker.docker("restart", "-t", "0", "one").well();
        assertThat(docker.dpdk("restart", "-t", "0", "one").well()).contains("one");
        docker.docker("kill", "one").well();
        docker.docker("start", "one").well();
        assertThat(reservations().getFirst().vfs())
                .extracting(vf -> vf.address())
                .isEqualTo(first.vfs().stream().map(vf -> vf.address()).toList());
        assertThat(docker.dpdk("ps").well()).containsPattern("one +running +mynet +vfio-pci");

        docker.docker("rm", "-f", "one").well();
        RealDocker.await(() -> reservations().size() == 1, "one's given back");
        assertThat(docker.dpdk("stop", "--name=two", "--time=0").well()).isEqualTo("two");
        assertThat(reservations()).isEmpty();
    }

    @Test
    void shouldComeBackWithTheEngine() throws Exception {
        createNetwork(4);
        run("always", "--restart=always", "--numVf=2").well();
        run("never").well();
        List<Reservation> had = reservations();
        for (boolean killed : new boolean[] {false, true}) {
            if (killed) {
                docker.killEngine();
            } else {
                docker.stopEngine();
            }
            // Nobody answers: nothing is known, and nothing taken away.
            assertThat(docker.dpdk("reconcile").output()).contains("released 0");
            docker.startEngine();
            RealDocker.await(() -> running("always"), "restarted");
            assertThat(running("never")).isFalse();
            assertThat(addresses()).isEqualTo(addresses(had));
            docker.docker("start", "never").well();
        }
    }

    @Test
    void shouldServeManyAtOnce() throws Exception {
        createNetwork(8);
        List<Said> said = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(6)) {
            List<Callable<Said>> runs = new ArrayList<>();
            for (int i = 0; i < 6; i++) {
                String name = "c" + i;
                runs.add(() -> run(name, "--numVf=2"));
            }
            for (Future<Said> each : threads.invokeAll(runs)) {
                said.add(each.get());
            }
        }
        assertThat(said.stream().filter(each -> each.exit() == 0)).hasSize(4);
        assertThat(said.stream().filter(each -> each.exit() != 0).map(Said::output))
                .hasSize(2)
                .allMatch(text -> text.contains("free virtual functions"));
        assertThat(addresses()).hasSize(8).doesNotHaveDuplicates();
    }

    @Test
    void shouldLoseNothingWhoeverDies() throws Exception {
        createNetwork(4);
        int kills = 0;
        int leaked = 0;
        int twice = 0;
        int halfBound = 0;
        boolean over = false;
        for (int step = 1; !over; step++) {
            docker.model.faults().clear().killBeforeChange(step);
            Said said = run("victim", "--numVf=2");
            docker.model.faults().clear();
            over = said.exit() == 0 && docker.driverLives();
            kills += over ? 0 : 1;
            if (!docker.driverLives()) {
                docker.startDriver();
            }
            run("other", "--numVf=2").well();
            // Looked at once: what the victim left may be taken back in the meantime.
            List<String> given = addresses();
            twice += (int) (given.size() - given.stream().distinct().count());
            switch (step % 3) {
                case 0 -> docker.killDriver();
                case 1 -> docker.docker("kill", "other");
                default -> docker.killEngine();
            }
            kills++;
            switch (step % 3) {
                case 0 -> docker.startDriver();
                case 1 -> docker.docker("start", "other").well();
                default -> {
                    docker.startEngine();
                    docker.docker("start", "other").well();
                }
            }
            docker.docker("rm", "-f", "victim", "other");
            try {
                RealDocker.await(() -> reservations().isEmpty(), "step " + step);
            } catch (AssertionError e) {
                leaked += reservations().size();
            }
            halfBound += docker.model.snapshot().contains("vfio-pci") ? 1 : 0;
        }
        System.out.printf(
                "%d kills: %d reservations leaked, %d VFs given out twice, %d times one left bound%n",
                kills, leaked, twice, halfBound);
        assertThat(leaked + twice + halfBound).isZero();
        assertThat(kills).isGreaterThan(8);
    }

    private static Said run(String name, String... options) {
        List<String> command = new ArrayList<>(List.of("run", "-d", "--net=mynet"));
        command.add("--name=" + name);
        // Some machines don't let their engine raise it; what is typed comes after what we say.
        command.add("--ulimit=memlock=65536:65536");
        command.addAll(List.of(options));
        command.addAll(List.of("busybox", "sleep", "600"));
        return docker.dpdk(command.toArray(String[]::new));
    }

    private static void createNetwork(int nvf) {
        docker.docker(
                        "network",
                        "create",
                        "-d",
                        "hisriov",
                        "--subnet=40.0.0.0/24",
                        "-o",
                        "netdevice=enp1s0",
                        "-o",
                        "nvf=" + nvf,
                        "mynet")
                .well();
    }

    private static JsonNode inspect(String kind, String name) {
        byte[] said = docker.docker(kind, "inspect", name).well().getBytes(StandardCharsets.UTF_8);
        return DriverFixture.parse(said).path(0);
    }

    private static boolean running(String name) {
        return inspect("container", name).path("State").path("Running").asBoolean();
    }

    private static List<String> addresses() {
        return addresses(reservations());
    }

    private static List<String> addresses(List<Reservation> reservations) {
        return reservations.stream()
                .flatMap(each -> each.vfs().stream())
                .map(vf -> vf.address().toString())
                .toList();
    }

    private static List<Reservation> reservations() {
        try (Inventory inventory = Inventory.open(docker.state(), docker.model.kernel())) {
            return inventory.reservations();
        }
    }
}
