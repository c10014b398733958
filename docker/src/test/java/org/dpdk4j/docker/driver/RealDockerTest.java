// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.dpdk4j.docker.driver.RealDocker.Said;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Reservation;
import org.dpdk4j.sriov.model.Machine;
import org.dpdk4j.sriov.model.Nic;
import org.dpdk4j.sriov.model.NicModel;
import org.dpdk4j.testing.RequiresDocker;
import org.dpdk4j.testing.RequiresRoot;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A real engine, the real daemon, and virtual functions whose interfaces are veths. */
@RequiresDocker
@RequiresRoot
class RealDockerTest {
    private static RealDocker docker;
    private static String before;

    @BeforeAll
    static void start() {
        docker =
                new RealDocker(
                        Machine.builder()
                                .nic(Nic.of(Machine.IGB0, NicModel.I40E).withTotalVfs(16))
                                .build());
        before = docker.model.snapshot();
    }

    @AfterAll
    static void stop() throws Exception {
        docker.close();
    }

    @BeforeEach
    void shouldBeginWithNothing() {
        assertThat(docker.docker("ps", "-aq").well()).isEmpty();
    }

    /** Whatever happened, all is taken back in the end. */
    @AfterEach
    void shouldEndWithNothing() {
        for (String container : docker.docker("ps", "-aq").output().lines().toList()) {
            docker.docker("rm", "-f", container);
        }
        docker.docker("network", "prune", "-f").well();
        RealDocker.await(() -> reservations().isEmpty(), "all reservations given back");
        RealDocker.await(() -> docker.model.snapshot().equals(before), "the machine as before");
    }

    @Test
    void shouldRunContainersThatReachOneAnother() {
        createNetwork("mynet", "-o", "nvf=5");
        docker.docker("run", "-d", "--net=mynet", "--name=c1", "busybox", "sleep", "600").well();
        String inspected = docker.docker("network", "inspect", "mynet").well();
        assertThat(inspected).contains("\"IPv4Address\": \"40.0.0.2/24\"");
        String mac = mac("c1");
        assertThat(inspected).contains("\"MacAddress\": \"" + mac + "\"");
        assertThat(docker.model.snapshot()).contains("mac=" + mac.replace(":", ""));
        assertThat(
                        docker.docker(
                                        "run",
                                        "--rm",
                                        "--net=mynet",
                                        "busybox",
                                        "ping",
                                        "-c",
                                        "2",
                                        "-w",
                                        "10",
                                        "40.0.0.2")
                                .well())
                .contains(" 0% packet loss");

        docker.docker("stop", "-t", "0", "c1").well();
        assertThat(reservations()).isEmpty();
        docker.docker("start", "c1").well();
        assertThat(mac("c1")).as("neighbours remember it").isEqualTo(mac);
        docker.docker("restart", "-t", "0", "c1").well();
        assertThat(mac("c1")).isEqualTo(mac);
        docker.docker("kill", "c1").well();
        RealDocker.await(() -> reservations().isEmpty(), "given back after kill -9");
    }

    @Test
    void shouldTakeTheOptionsOfTheNetwork() {
        docker.docker(
                        "network",
                        "create",
                        "-d",
                        "hisriov",
                        "--subnet=41.0.0.0/24",
                        "--ipv6",
                        "--subnet=fd00:41::/64",
                        "-o",
                        "pci=" + Machine.IGB0,
                        "-o",
                        "nvf=3",
                        "-o",
                        "vlan=7",
                        "-o",
                        "mtu=1400",
                        "-o",
                        "prefix=wan",
                        "six")
                .well();
        String shown = docker.docker("run", "--rm", "--net=six", "busybox", "ip", "addr").well();
        assertThat(shown).contains("wan0").contains("mtu 1400").contains("inet6 fd00:41::2/64");
    }

    @Test
    void shouldExplainARefusal() {
        Said said =
                docker.docker("network", "create", "-d", "hisriov", "-o", "netdevice=../x", "no");
        assertThat(said.exit()).isNotZero();
        assertThat(said.output()).contains("is not the name of an interface, such as eth2");
        createNetwork("mynet", "-o", "nvf=5");
        assertThat(
                        docker.docker(
                                        "network",
                                        "create",
                                        "-d",
                                        "hisriov",
                                        "-o",
                                        "netdevice=enp1s0",
                                        "-o",
                                        "nvf=6",
                                        "other")
                                .output())
                .contains("Share them, -o nvf=5");
    }

    @Test
    void shouldServeTwentyAtOnceWithSixteen() throws Exception {
        createNetwork("mynet", "-o", "nvf=16");
        List<Said> said = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(20)) {
            List<Callable<Said>> runs = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                String name = "c" + i;
                runs.add(() ->
                        docker.docker(
                                "run",
                                "-d",
                                "--net=mynet",
                                "--name=" + name,
                                "busybox",
                                "sleep",
                                "600"));
            }
            for (Future<Said> each : threads.invokeAll(runs)) {
                said.add(each.get());
            }
        }
        assertThat(said.stream().filter(each -> each.exit() == 0)).hasSize(16);
        assertThat(said.stream().filter(each -> each.exit() != 0).map(Said::output))
                .hasSize(4)
                .allMatch(text -> text.contains("has no free virtual functions"));
        assertThat(reservations().stream().map(each -> each.vfs().getFirst().address()).distinct())
                .hasSize(16);
    }

    @Test
    void shouldSurviveTheDeathOfEach() throws Exception {
        createNetwork("mynet", "-o", "nvf=4");
        int leaked = 0;
        int twice = 0;
        int kills = 0;
        for (int round = 0; round < 3; round++) {
            docker.docker("run", "-d", "--net=mynet", "--name=one", "busybox", "sleep", "600")
                    .well();
            docker.docker("run", "-d", "--net=mynet", "--name=two", "busybox", "sleep", "600")
                    .well();
            switch (round) {
                case 0 -> {
                    docker.killDriver();
                    docker.startDriver();
                }
                case 1 -> {
                    // Its end is told to nobody.
                    docker.killDriver();
                    docker.docker("kill", "one");
                    docker.startDriver();
                }
                default -> docker.docker("kill", "one", "two");
            }
            kills++;
            docker.docker("run", "-d", "--net=mynet", "--name=three", "busybox", "sleep", "600")
                    .well();
            long distinct =
                    reservations().stream()
                            .map(each -> each.vfs().getFirst().address())
                            .distinct()
                            .count();
            twice += (int) (reservations().size() - distinct);
            docker.docker("rm", "-f", "one", "two", "three").well();
            RealDocker.await(() -> reservations().isEmpty(), "round " + round);
            leaked += reservations().size();
        }
        System.out.println(
                kills + " kills: " + leaked + " VFs leaked, " + twice + " given out twice");
        assertThat(leaked + twice).isZero();
    }

    private static void createNetwork(String name, String... options) {
        List<String> command =
                new ArrayList<>(
                        List.of(
                                "network",
                                "create",
                                "-d",
                                "hisriov",
                                "--subnet=40.0.0.0/24",
                                "-o",
                                "netdevice=enp1s0"));
        command.addAll(List.of(options));
        command.add(name);
        docker.docker(command.toArray(String[]::new)).well();
    }

    private static String mac(String container) {
        return docker.docker("exec", container, "cat", "/sys/class/net/eth0/address").well();
    }

    private static List<Reservation> reservations() {
        try (Inventory inventory = Inventory.open(docker.state(), docker.model.kernel())) {
            return inventory.reservations();
        }
    }
}
