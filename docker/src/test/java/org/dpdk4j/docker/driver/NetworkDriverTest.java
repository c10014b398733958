// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dpdk4j.docker.driver.DriverFixture.endpoint;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.dpdk4j.docker.ContainerFiles;
import org.dpdk4j.docker.engine.DockerClient;
import org.dpdk4j.sriov.MacAddress;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.inventory.Reservation;
import org.dpdk4j.sriov.inventory.ReservationRequest;
import org.dpdk4j.sriov.inventory.Selector;
import org.dpdk4j.sriov.inventory.VfState;
import org.dpdk4j.sriov.model.Machine;
import org.dpdk4j.sriov.model.Nic;
import org.dpdk4j.sriov.model.NicModel;
import org.dpdk4j.sriov.pf.Netdev;
import org.dpdk4j.sriov.pf.PhysicalFunction;
import org.dpdk4j.sriov.pf.VfInfo;
import org.dpdk4j.sriov.pf.VfSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Docker's calls in order, out of order and repeated, over a modelled igb with 7 VFs. */
class NetworkDriverTest {
    private static final String N = "aaaa";
    private static final String E = "eeee";

    @TempDir Path state;
    private DriverFixture docker;
    private String before;

    @BeforeEach
    void start() {
        docker = new DriverFixture(state);
        before = docker.model.snapshot();
    }

    @AfterEach
    void stop() {
        docker.close();
    }

    @Test
    void shouldGiveAPlainContainerAnInterface() {
        assertThat(docker.createNetwork(N, 5, ",'vlan':'7'")).isEmpty();
        JsonNode chosen = docker.createEndpoint(N, E, 2).path("Interface");
        assertThat(chosen.has("Address")).as("what Docker supplied never goes back").isFalse();
        String mac = chosen.path("MacAddress").asText();
        assertThat(MacAddress.parse(mac).locallyAdministered()).isTrue();
        VfInfo vf = PhysicalFunction.of(docker.model.kernel(), pf()).vf(0);
        assertThat(vf.mac()).isEqualTo(MacAddress.parse(mac));
        assertThat(vf.vlan()).isEqualTo(7);
        Netdev netdev =
                Netdev.of(docker.model.kernel(), PciAddress.parse("0000:01:10.0")).getFirst();
        assertThat(netdev.mac()).as("Docker may set no other").isEqualTo(vf.mac());
        assertThat(netdev.up()).isFalse();

        JsonNode joined = docker.call("Join", endpoint(N, E));
        assertThat(joined.path("InterfaceName").path("SrcName").asText()).isEqualTo("enp1s0v0");
        assertThat(joined.path("InterfaceName").path("DstPrefix").asText()).isEqualTo("eth");
        assertThat(joined.path("Gateway").asText()).isEqualTo("40.0.0.1");
        assertThat(docker.call("EndpointOperInfo", endpoint(N, E)).path("Value").path("dpdk4j.pci"))
                .hasToString("\"0000:01:10.0\"");
        assertThat(docker.call("Leave", endpoint(N, E))).isEmpty();
        assertThat(docker.call("DeleteEndpoint", endpoint(N, E))).isEmpty();
        assertThat(docker.inventory.reservations()).isEmpty();
        assertThat(docker.call("DeleteNetwork", "{'NetworkID':'aaaa'}")).isEmpty();
        assertThat(docker.model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldAnswerEachCallTwiceAlike() {
        assertThat(docker.createNetwork(N, 5, "")).isEqualTo(docker.createNetwork(N, 5, ""));
        assertThat(docker.createEndpoint(N, E, 2)).isEqualTo(docker.createEndpoint(N, E, 2));
        assertThat(docker.inventory.reservations()).hasSize(1);
        assertThat(docker.call("Join", endpoint(N, E)))
                .isEqualTo(docker.call("Join", endpoint(N, E)));
        for (String call : List.of("Leave", "DeleteEndpoint")) {
            assertThat(docker.call(call, endpoint(N, E))).isEmpty();
            assertThat(docker.call(call, endpoint(N, E))).isEmpty();
        }
        assertThat(docker.call("DeleteNetwork", "{'NetworkID':'aaaa'}")).isEmpty();
        assertThat(docker.call("DeleteNetwork", "{'NetworkID':'aaaa'}")).isEmpty();
        assertThat(docker.model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldExplainCallsThatComeTooEarly() {
        assertThat(error(docker.createEndpoint(N, E, 2))).contains("doesn't know network aaaa");
        assertThat(error(docker.call("Join", endpoint(N, E)))).contains("doesn't know network");
        docker.createNetwork(N, 5, "");
        assertThat(error(docker.call("Join", endpoint(N, E)))).contains("no endpoint eeee");
        assertThat(docker.call("Leave", endpoint(N, E))).isEmpty();
        assertThat(docker.call("DeleteEndpoint", endpoint(N, E))).isEmpty();
    }

    @Test
    void shouldTakeTheMacThatDockerSupplies() {
        docker.createNetwork(N, 5, "");
        JsonNode answer =
                docker.call(
                        "CreateEndpoint",
                        "{'NetworkID':'aaaa','EndpointID':'eeee','Interface':{"
                                + "'Address':'40.0.0.2/24','MacAddress':'02:00:00:00:00:07'}}");
        assertThat(answer.path("Interface").has("MacAddress")).isFalse();
        assertThat(PhysicalFunction.of(docker.model.kernel(), pf()).vf(0).mac())
                .hasToString("02:00:00:00:00:07");
    }

    @Test
    void shouldShareANicOnlyIfTheCountsAgree() {
        docker.createNetwork(N, 5, "");
        assertThat(error(docker.createNetwork("bbbb", 4, "")))
                .contains("Network aaaa has 5 virtual functions");
        assertThat(docker.createNetwork("bbbb", 5, ",'vlan':'9'")).isEmpty();
        docker.createEndpoint(N, E, 2);
        docker.createEndpoint("bbbb", "ffff", 2);
        assertThat(
                        docker.inventory.reservations().stream()
                                .map(each -> each.vfs().getFirst().address())
                                .distinct())
                .hasSize(2);
        docker.call("DeleteEndpoint", endpoint(N, E));
        docker.call("DeleteNetwork", "{'NetworkID':'aaaa'}");
        assertThat(PhysicalFunction.of(docker.model.kernel(), pf()).numVfs()).isEqualTo(5);
        docker.call("DeleteEndpoint", endpoint("bbbb", "ffff"));
        docker.call("DeleteNetwork", "{'NetworkID':'bbbb'}");
        assertThat(docker.model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldLeaveNothingOfANetworkThatFails() {
        assertThat(error(docker.createNetwork(N, 8, ""))).contains("7");
        assertThat(error(docker.createNetwork(N, 5, ",'mtu':'9000'")))
                .contains("ip link set enp1s0 mtu 9000");
        assertThat(docker.inventory.networks()).isEmpty();
        assertThat(docker.model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldRememberWhenItIsStartedAnew() {
        docker.createNetwork(N, 5, ",'vlan':'7'");
        JsonNode first = docker.createEndpoint(N, E, 2);
        docker.restart();
        assertThat(docker.createEndpoint(N, E, 2)).isEqualTo(first);
        assertThat(docker.call("Join", endpoint(N, E)).path("InterfaceName").path("SrcName"))
                .hasToString("\"enp1s0v0\"");
        docker.restart();
        docker.call("DeleteEndpoint", endpoint(N, E));
        docker.restart();
        docker.call("DeleteNetwork", "{'NetworkID':'aaaa'}");
        assertThat(docker.model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldFindTheInterfaceByItsAddressAndNotItsName() {
        docker.createNetwork(N, 5, "");
        docker.createEndpoint(N, E, 2);
        docker.model.surroundings().rename("enp1s0v0", "wan");
        assertThat(docker.call("Join", endpoint(N, E)).path("InterfaceName").path("SrcName"))
                .hasToString("\"wan\"");
    }

    @Test
    void shouldServeADpdkContainerThatWasReserved() {
        docker.createNetwork(N, 5, "");
        Reservation reservation = reserve();
        String create =
                "{'NetworkID':'aaaa','EndpointID':'eeee','Interface':{'Address':'40.0.0.9/24'},"
                        + "'Options':{'dpdk4j.reservation':'"
                        + reservation.id()
                        + "'}}";
        assertThat(docker.call("CreateEndpoint", create).path("Interface").path("MacAddress"))
                .hasToString("\"02:00:00:00:00:01\"");
        JsonNode joined = docker.call("Join", endpoint(N, E));
        assertThat(joined.has("InterfaceName")).isFalse();
        assertThat(joined.has("Gateway")).isFalse();
        assertThat(joined.path("DisableGatewayService").asBoolean()).isTrue();

        // The container stops: the VF stays its own.
        docker.inventory.attach(reservation.id(), "docker:0123");
        docker.call("Leave", endpoint(N, E));
        docker.call("DeleteEndpoint", endpoint(N, E));
        assertThat(state(reservation)).isEqualTo(VfState.HELD);
        assertThat(docker.call("DeleteNetwork", "{'NetworkID':'aaaa'}")).isEmpty();
        assertThat(state(reservation)).isEqualTo(VfState.HELD);
        assertThat(error(docker.call("CreateEndpoint", create))).contains("was removed");

        // It is removed, and the network's removal ends.
        docker.inventory.release(reservation.id());
        docker.driver.networks().sweep();
        assertThat(docker.inventory.networks()).isEmpty();
        assertThat(docker.model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldAttachAgainWhenAStoppedContainerComesBack() {
        docker.createNetwork(N, 5, "");
        Reservation reservation = reserve();
        docker.inventory.attach(reservation.id(), "docker:0123");
        docker.inventory.hold(reservation.id());
        docker.call(
                "CreateEndpoint",
                "{'NetworkID':'aaaa','EndpointID':'new1','Options':{'dpdk4j.reservation':'"
                        + reservation.id()
                        + "'}}");
        assertThat(state(reservation)).isEqualTo(VfState.ATTACHED);
        assertThat(docker.inventory.reservation(reservation.id()).orElseThrow().owner())
                .isEqualTo("docker:0123");
    }

    @Test
    void shouldServeADpdkContainerAfterThePowerWasCut() {
        docker.createNetwork(N, 5, "");
        Reservation reservation = reserve();
        docker.inventory.attach(reservation.id(), "docker:0123");
        String bound = docker.model.snapshot();
        docker.model.reboot();
        docker.model.settle();
        docker.restart();
        String create =
                "{'NetworkID':'aaaa','EndpointID':'new1','Options':{'dpdk4j.reservation':'"
                        + reservation.id()
                        + "'}}";
        assertThat(docker.call("CreateEndpoint", create).has("Err")).isFalse();
        docker.model.settle();
        assertThat(docker.model.snapshot()).isEqualTo(bound);
    }

    @Test
    void shouldNotStartAContainerWhoseNodesAreSomebodyElsesByNow() {
        docker.createNetwork(N, 5, "");
        Reservation reservation = reserve();
        docker.inventory.remember(
                reservation.id(),
                Map.of("driver", "vfio-pci", "nodes", "/dev/vfio/vfio /dev/vfio/99"));
        docker.inventory.attach(reservation.id(), "docker:0123");
        assertThat(
                        error(
                                docker.call(
                                        "CreateEndpoint",
                                        "{'NetworkID':'aaaa','EndpointID':'new1','Options':{"
                                                + "'dpdk4j.reservation':'"
                                                + reservation.id()
                                                + "'}}")))
                .contains("were /dev/vfio/vfio /dev/vfio/99 when the container was made")
                .contains("Make the container anew");
        assertThat(state(reservation)).isEqualTo(VfState.HELD);
    }

    @Test
    void shouldFreeWhatPlainContainersHadBeforeAReboot() {
        docker.createNetwork(N, 5, "");
        docker.createEndpoint(N, E, 2);
        Caretaker caretaker = caretaker();
        assertThat(caretaker.begin().released()).isEmpty();
        docker.model.reboot();
        docker.restart();
        assertThat(caretaker().begin().released()).hasSize(1);
        assertThat(docker.inventory.reservations()).isEmpty();
    }

    /** Whose engine can't be asked. */
    private Caretaker caretaker() {
        return new Caretaker(
                docker.driver,
                docker.inventory,
                new DockerClient("false", Duration.ofSeconds(20)),
                ContainerFiles.in(state, state));
    }

    /** Also where there are as many as it wants, which it did not make. */
    @ParameterizedTest
    @ValueSource(ints = {2, 4})
    void shouldGoBackToAsManyVirtualFunctionsAsThereWere(int count) {
        docker.inventory.numVfs(pf(), count);
        String made = docker.model.snapshot();
        docker.createNetwork(N, 4, "");
        docker.createNetwork("bbbb", 4, "");
        docker.call("DeleteNetwork", "{'NetworkID':'aaaa'}");
        docker.call("DeleteNetwork", "{'NetworkID':'bbbb'}");
        assertThat(docker.inventory.networks()).isEmpty();
        assertThat(docker.model.snapshot()).isEqualTo(made);
        docker.inventory.restoreNumVfs(pf());
        assertThat(docker.model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldTouchNothingForANetworkThatCanNotBe() {
        docker.inventory.numVfs(pf(), 2);
        String made = docker.model.snapshot();
        assertThat(error(docker.createNetwork(N, 300, ""))).contains("can have 0 to 7");
        assertThat(docker.inventory.networks()).isEmpty();
        assertThat(docker.model.snapshot()).isEqualTo(made);
    }

    @Test
    void shouldTakeVirtualFunctionsAwayWithTheLastNetworkThatSharedThem() {
        docker.createNetwork(N, 4, "");
        docker.createNetwork("bbbb", 4, "");
        docker.call("DeleteNetwork", "{'NetworkID':'aaaa'}");
        assertThat(docker.model.snapshot()).isNotEqualTo(before);
        docker.call("DeleteNetwork", "{'NetworkID':'bbbb'}");
        assertThat(docker.model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldEndTheRemovalOfANetworkWhenOthersNeedTheNicNoMore() {
        docker.createNetwork(N, 5, "");
        docker.inventory.network("other", Selector.parse("pf=" + pf()), Map.of());
        long id = docker.inventory.reserve(ReservationRequest.of("other", 1, "me")).id();
        assertThat(error(docker.call("DeleteNetwork", "{'NetworkID':'aaaa'}"))).contains("owned");
        docker.inventory.release(id);
        docker.driver.networks().sweep();
        assertThat(docker.inventory.network(N)).isEmpty();
        assertThat(docker.model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldSetANicDownAgainThatWasDown() {
        Machine machine = Machine.builder().nic(Nic.of(Machine.IGB0, NicModel.IGB).down()).build();
        try (DriverFixture down = new DriverFixture(state.resolve("down"), machine)) {
            String before = down.model.snapshot();
            assertThat(down.createNetwork(N, 3, "")).isEmpty();
            assertThat(down.call("DeleteNetwork", "{'NetworkID':'aaaa'}")).isEmpty();
            down.model.settle();
            assertThat(down.model.snapshot()).isEqualTo(before);
        }
    }

    @Test
    void shouldTakeNoInterfaceThatIsInUse() {
        docker.createNetwork(N, 2, "");
        docker.model.settle();
        docker.model.surroundings().up("enp1s0v0", true);
        docker.model.surroundings().address("enp1s0v0", "192.0.2.1/24");
        docker.createEndpoint(N, E, 2);
        assertThat(docker.inventory.reservations().getFirst().vfs().getFirst().index())
                .isEqualTo(1);
        String used = docker.model.snapshot();
        assertThat(error(docker.createEndpoint(N, "ffff", 3))).contains("is in use here");
        assertThat(docker.model.snapshot()).isEqualTo(used);
    }

    @Test
    void shouldRefuseReservationsOfOthers() {
        docker.createNetwork(N, 5, "");
        docker.createNetwork("bbbb", 5, "");
        Reservation reservation = reserve();
        for (String id : List.of("99", "-1", "x", "1 or 1", Long.toString(reservation.id()))) {
            assertThat(
                            error(
                                    docker.call(
                                            "CreateEndpoint",
                                            "{'NetworkID':'bbbb','EndpointID':'eeee','Options':{"
                                                    + "'dpdk4j.reservation':'"
                                                    + id
                                                    + "'}}")))
                    .contains("no such reservation");
        }
    }

    @Test
    void shouldGiveSevenOfTenInParallelOneEach() throws Exception {
        docker.createNetwork(N, 7, "");
        List<JsonNode> answers = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(10)) {
            List<Callable<JsonNode>> calls = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                int number = i;
                calls.add(() -> docker.createEndpoint(N, "e" + number, 10 + number));
            }
            for (Future<JsonNode> each : threads.invokeAll(calls)) {
                answers.add(each.get());
            }
        }
        assertThat(answers.stream().filter(each -> each.has("Interface"))).hasSize(7);
        assertThat(answers.stream().filter(each -> each.has("Err")).map(NetworkDriverTest::error))
                .hasSize(3)
                .allMatch(text -> text.contains("has no free virtual functions"));
        assertThat(
                        docker.inventory.reservations().stream()
                                .map(each -> each.vfs().getFirst().address())
                                .distinct())
                .hasSize(7);
    }

    @Test
    void shouldGiveANicAwayAsAWhole() {
        String whole =
                "{'NetworkID':'%s','Options':{'com.docker.network.generic':{'netdevice':'enp1s0',"
                        + "'mode':'passthrough'%s}},'IPv4Data':[{'Gateway':'40.0.0.1/24'}]}";
        assertThat(error(docker.call("CreateNetwork", whole.formatted(N, ",'vlan':'7'"))))
                .contains("leave out vlan");
        assertThat(docker.call("CreateNetwork", whole.formatted(N, ",'mtu':'1400'"))).isEmpty();
        assertThat(error(docker.createNetwork("bbbb", 5, ""))).contains("away as a whole");
        assertThat(
                        error(
                                docker.call(
                                        "CreateEndpoint",
                                        "{'NetworkID':'aaaa','EndpointID':'ffff','Interface':{"
                                                + "'MacAddress':'02:00:00:00:00:07'}}")))
                .contains("keeps its own address");
        JsonNode chosen = docker.createEndpoint(N, E, 2).path("Interface");
        assertThat(docker.model.snapshot())
                .contains("0000:01:00.0 mac=" + chosen.path("MacAddress").asText());
        assertThat(docker.call("Join", endpoint(N, E)).path("InterfaceName").path("SrcName"))
                .hasToString("\"enp1s0\"");
        assertThat(docker.model.snapshot()).contains("mtu=1400");
        assertThat(error(docker.createEndpoint(N, "ffff", 3)))
                .contains("has no free virtual functions");
        docker.restart();
        docker.call("DeleteEndpoint", endpoint(N, E));
        assertThat(docker.model.snapshot()).isEqualTo(before);

        // And to a program, beside nobody.
        Reservation reservation =
                docker.inventory.reserve(
                        ReservationRequest.of(N, 1, "docker:x").with(Map.of("kind", "dpdk")));
        assertThat(reservation.vfs().getFirst().address()).isEqualTo(pf());
        docker.inventory.bind(reservation.id(), UserspaceDriver.VFIO_PCI);
        assertThat(docker.model.snapshot()).contains("vfio-pci");
        docker.inventory.attach(reservation.id(), "docker:x");
        assertThatThrownBy(() -> docker.inventory.numVfs(pf(), 2)).hasMessageContaining("owned");
        docker.inventory.release(reservation.id());
        // udev gives the interface its name again; as any that a driver finds, it is down.
        docker.model.settle();
        docker.model.surroundings().up("enp1s0", true);
        docker.call("DeleteNetwork", "{'NetworkID':'aaaa'}");
        assertThat(docker.createNetwork("bbbb", 5, "")).isEmpty();
        assertThat(error(docker.call("CreateNetwork", whole.formatted(N, ""))))
                .contains("gives virtual functions of 0000:01:00.0 away");
        docker.createEndpoint("bbbb", E, 2);
        assertThat(docker.inventory.reservations().getFirst().vfs().getFirst().address())
                .isNotEqualTo(pf());
        docker.call("DeleteEndpoint", endpoint("bbbb", E));
        docker.call("DeleteNetwork", "{'NetworkID':'bbbb'}");
        assertThat(docker.model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldPutTheMtuBack() {
        docker.createNetwork(N, 5, ",'mtu':'1400','prefix':'net'");
        docker.createEndpoint(N, E, 2);
        assertThat(docker.model.snapshot()).contains("mtu=1400");
        assertThat(docker.call("Join", endpoint(N, E)).path("InterfaceName").path("DstPrefix"))
                .hasToString("\"net\"");
        docker.call("DeleteEndpoint", endpoint(N, E));
        assertThat(docker.model.snapshot()).doesNotContain("mtu=1400");
    }

    private Reservation reserve() {
        Reservation reservation =
                docker.inventory.reserve(
                        ReservationRequest.of(N, 1, "docker:dpdkC")
                                .with(Map.of("kind", "dpdk", "mac", "02:00:00:00:00:01")));
        docker.inventory.configure(
                reservation.id(),
                List.of(VfSettings.builder().mac(MacAddress.parse("02:00:00:00:00:01")).build()));
        docker.inventory.bind(reservation.id(), UserspaceDriver.VFIO_PCI);
        return reservation;
    }

    private VfState state(Reservation reservation) {
        return docker.inventory.reservation(reservation.id()).orElseThrow().state();
    }

    private static String error(JsonNode answer) {
        assertThat(answer.has("Err")).as("%s", answer).isTrue();
        return answer.path("Err").asText();
    }

    private static PciAddress pf() {
        return PciAddress.parse(Machine.IGB0);
    }
}
