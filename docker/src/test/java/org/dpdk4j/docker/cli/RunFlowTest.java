// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.dpdk4j.NetInfo;
import org.dpdk4j.docker.NetInfoFile;
import org.dpdk4j.sriov.MacAddress;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Reservation;
import org.dpdk4j.sriov.inventory.Selector;
import org.dpdk4j.sriov.inventory.VfState;
import org.dpdk4j.sriov.kernel.FileStatus;
import org.dpdk4j.sriov.model.KernelModelProcess;
import org.dpdk4j.sriov.model.Machine;
import org.dpdk4j.sriov.pf.PhysicalFunction;
import org.dpdk4j.sriov.pf.VfSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command on the kernel model, with a client that has no engine. */
class RunFlowTest {
    private static final int EIO = 5;

    @TempDir Path directory;
    private KernelModelProcess model;
    private TestMachine machine;
    private String before;

    @BeforeEach
    void boot() {
        model = KernelModelProcess.start(Machine.igb());
        machine = new TestMachine(model.kernel(), directory);
        network("mynet", Machine.IGB0);
        network("othernet", Machine.IGB1);
        before = snapshot();
    }

    @AfterEach
    void shutDown() {
        model.close();
    }

    private void network(String name, String pf) {
        try (Inventory inventory = machine.inventory()) {
            inventory.numVfs(PciAddress.parse(pf), 4);
            for (int vf = 0; vf < 4; vf++) {
                // igb can't be given back the address of all zeros.
                MacAddress mac = MacAddress.of(0x0200_0000_0100L + pf.charAt(6) * 256L + vf);
                PhysicalFunction.of(model.kernel(), PciAddress.parse(pf))
                        .configure(vf, VfSettings.builder().mac(mac).build());
            }
            inventory.network("id-of-" + name, Selector.parse("pf=" + pf), Map.of());
        }
    }

    /** Without the interfaces' own addresses: drivers read them from the PF whenever they bind. */
    private String snapshot() {
        return model.snapshot().replaceAll("(netdev .*) mac=\\S+", "$1");
    }

    private List<Reservation> reservations() {
        try (Inventory inventory = machine.inventory()) {
            return inventory.reservations();
        }
    }

    private void assertNothingLeft() throws Exception {
        assertThat(reservations()).isEmpty();
        assertThat(snapshot()).isEqualTo(before);
        assertThat(machine.specs().toFile().list()).isNullOrEmpty();
        assertThat(machine.state().resolve("containers").toFile().list()).isNullOrEmpty();
    }

    @Test
    void shouldRunAndStopAsTyped() throws Exception {
        TestMachine.Said said =
                machine.run(
                        "run", "--net=mynet", "--name=dpdkC", "--numVf=2", "-d", "IMAGE", "bash");
        assertThat(said.err()).isEmpty();
        assertThat(said.exit()).isZero();
        Reservation reservation = reservations().getFirst();
        assertThat(reservation.state()).isEqualTo(VfState.ATTACHED);
        assertThat(reservation.owner()).matches("docker:[0-9a-f]{64}");
        assertThat(reservation.vfs()).hasSize(2);
        assertThat(reservation.metadata())
                .containsEntry("kind", "dpdk")
                .containsEntry("name", "dpdkC")
                .containsKeys("mac", "macs", "netinfo", "cdi");

        String run = machine.docker().calls("run").getFirst();
        assertThat(run)
                .contains("--network name=mynet,driver-opt=dpdk4j.reservation=" + reservation.id())
                .contains("--label dpdk4j.reservation=" + reservation.id())
                .contains("--device /dev/vfio/vfio:/dev/vfio/vfio:rw")
                .contains("--ulimit memlock=-1:-1 --cap-add SYS_NICE")
                .contains("PCIDEVICE_DPDK4J_ORG_MYNET=" + reservation.vfs().get(0).address() + ",")
                .doesNotContain("privileged")
                .endsWith("-d IMAGE bash");
        assertThat(run.split("--device ")).as("VFIO and two groups").hasSize(4);

        TestMachine.Said stopped = machine.run("stop", "--name=dpdkC");
        assertThat(stopped.err()).isEmpty();
        assertThat(stopped.exit()).isZero();
        assertThat(machine.docker().containers()).isZero();
        assertNothingLeft();
        assertThat(machine.run("stop", "--name=dpdkC").err()).contains("No container dpdkC");
    }

    @Test
    void shouldReserveForAnotherEnginesContainer() throws Exception {
        TestMachine.Said said =
                machine.run(
                        "reserve", "--net=mynet", "--name=pod", "--numVf=2", "--user=1000:1001");
        assertThat(said.err()).isEmpty();
        assertThat(said.exit()).isZero();
        assertThat(said.out()).isEqualToIgnoringNewLines("dpdk4j.org/vf=pod");
        JsonNode edits =
                new JsonMapper()
                        .readTree(Files.readString(machine.specs().resolve("dpdk4j-pod.json")))
                        .path("devices")
                        .path(0)
                        .path("containerEdits");
        assertThat(edits.path("deviceNodes")).as("VFIO and two groups").hasSize(3);
        assertThat(edits.path("deviceNodes").path(1).path("gid").asInt()).isEqualTo(1001);
        assertThat(machine.docker().calls("run")).isEmpty();

        assertThat(machine.run("reconcile").exit()).isZero();
        assertThat(reservations().getFirst().state()).isEqualTo(VfState.ATTACHED);
        assertThat(machine.run("ps").out()).containsPattern("pod +reserved +mynet");

        assertThat(machine.run("stop", "--name=pod").exit()).isZero();
        assertNothingLeft();
    }

    @Test
    void shouldTellTheProgramWhatCoreReads() throws Exception {
        machine.run(
                "run",
                "--net=mynet",
                "--net=othernet",
                "--numVf=2",
                "--numVf=1",
                "--name=a",
                "-d",
                "--mac-address",
                "02:00:00:00:00:09",
                "IMAGE");
        List<Reservation> all = reservations();
        assertThat(all).hasSize(2);
        Path file = Path.of(all.getFirst().metadata().get("netinfo"));
        NetInfoFile.of(file).endpoint(all.get(1).id(), List.of("40.0.0.2/24"), List.of("40.0.0.1"));

        NetInfo info = NetInfo.read(file);
        assertThat(info.devices())
                .extracting(NetInfo.Device::network)
                .containsExactly("mynet", "mynet", "othernet");
        NetInfo.Device first = info.devices().getFirst();
        assertThat(first.driver()).isEqualTo("vfio-pci");
        assertThat(first.macAddress().orElseThrow()).hasToString("02:00:00:00:00:09");
        assertThat(first.vlan()).hasValue(7);
        assertThat(first.addresses()).isEmpty();
        NetInfo.Device third = info.devices().get(2);
        assertThat(third.addresses()).containsExactly("40.0.0.2/24");
        assertThat(third.gateways()).containsExactly("40.0.0.1");
        assertThat(third.pciAddress()).isEqualTo(all.get(1).vfs().getFirst().address().toString());
    }

    @Test
    void shouldGiveByCdiWhatElseIsGivenByOptions() throws Exception {
        machine.docker().cdi();
        machine.run("run", "--net=mynet", "--name=a", "-d", "--user=1000:100", "IMAGE");
        assertThat(machine.docker().calls("run").getFirst())
                .contains("--device dpdk4j.org/vf=a ")
                .doesNotContain("/dev/vfio")
                .doesNotContain("PCIDEVICE");
        JsonNode spec =
                JsonMapper.builder()
                        .build()
                        .readTree(Files.readString(machine.specs().resolve("dpdk4j-a.json")));
        assertThat(spec.path("kind").asText()).isEqualTo("dpdk4j.org/vf");
        JsonNode edits = spec.path("devices").path(0).path("containerEdits");
        assertThat(edits.path("deviceNodes")).hasSize(2);
        assertThat(edits.path("deviceNodes").path(1).path("permissions").asText()).isEqualTo("rw");
        assertThat(edits.path("deviceNodes").path(1).path("uid").asInt()).isEqualTo(1000);
        assertThat(edits.path("mounts").path(0).path("containerPath").asText())
                .isEqualTo("/run/dpdk4j");
        assertThat(edits.path("env").toString()).contains("PCIDEVICE_DPDK4J_ORG_MYNET=0000:");
    }

    @Test
    void shouldKeepWhatAStoppedContainerHasAndFreeWhatARemovedOneHad() throws Exception {
        assertThat(machine.run("run", "--net=mynet", "--name=a", "IMAGE").exit()).isEqualTo(7);
        assertThat(reservations()).hasSize(1);
        assertThat(machine.run("run", "--net=mynet", "--name=b", "--rm", "IMAGE").exit())
                .isEqualTo(7);
        assertThat(reservations()).hasSize(1);
        machine.docker().client().remove("a");
        assertThat(machine.run("reconcile").out()).contains("released 1");
        assertNothingLeft();
    }

    @Test
    void shouldStopAContainerThatHasAnotherNameByNow() throws Exception {
        machine.run("run", "--net=mynet", "--name=a", "-d", "IMAGE");
        machine.docker().rename("a", "b");
        assertThat(machine.run("stop", "--name=a").exit()).isZero();
        assertThat(machine.docker().containers()).isZero();
        assertNothingLeft();
    }

    @Test
    void shouldAskNoEngineForAnotherOnesContainers() throws Exception {
        machine.run("run", "--net=mynet", "--name=a", "-d", "IMAGE");
        machine.docker().client().remove("a");
        machine.docker().engine("E2");
        assertThat(machine.run("reconcile").out()).contains("released 0");
        machine.docker().engine("E1");
        assertThat(machine.run("reconcile").out()).contains("released 1");
        assertNothingLeft();
    }

    @Test
    void shouldNotTakeAnotherContainersIdForItsOwn() throws Exception {
        Path file = directory.resolve("cid");
        Files.writeString(file, "0".repeat(64));
        for (String cidFile : List.of("--cidfile=" + file, "--cidfile=")) {
            TestMachine.Said said = machine.run("run", "--net=mynet", cidFile, "-d", "IMAGE");
            assertThat(said.exit()).isEqualTo(125);
            assertThat(said.err()).contains("must name a file that isn't there yet");
        }
        assertNothingLeft();
    }

    @Test
    void shouldLeaveNothingIfDockerRefuses() throws Exception {
        machine.docker().fail("create", true);
        assertThat(machine.run("run", "--net=mynet", "--name=a", "IMAGE").exit()).isEqualTo(125);
        assertNothingLeft();
        machine.docker().fail("create", false);
        machine.docker().fail("start", true);
        assertThat(machine.run("run", "--net=mynet", "--name=a", "IMAGE").exit()).isEqualTo(127);
        assertThat(machine.docker().containers()).isZero();
        assertNothingLeft();
    }

    @Test
    void shouldRefuseASecondContainerOfAName() throws Exception {
        machine.run("run", "--net=mynet", "--name=a", "-d", "IMAGE");
        TestMachine.Said said = machine.run("run", "--net=mynet", "--name=a", "-d", "IMAGE");
        assertThat(said.exit()).isEqualTo(125);
        assertThat(said.err()).contains("There is a container a with virtual functions already");
        assertThat(reservations()).hasSize(1);
        assertThat(machine.specs().resolve("dpdk4j-a.json")).exists();
    }

    @Test
    void shouldSayThatNoneIsFree() throws Exception {
        TestMachine.Said said = machine.run("run", "--net=mynet", "--numVf=9", "IMAGE");
        assertThat(said.exit()).isEqualTo(125);
        assertThat(said.err()).contains("free");
        assertNothingLeft();
    }

    @Test
    void shouldTakeNothingAwayWhileTheEngineDoesNotAnswer() {
        machine.run("run", "--net=mynet", "--name=a", "-d", "IMAGE");
        machine.docker().fail("unreachable", true);
        assertThat(machine.run("reconcile").out()).contains("released 0");
        assertThat(machine.run("ps").out()).contains("unknown");
        TestMachine.Said stop = machine.run("stop", "--name=a", "--json");
        assertThat(stop.exit()).isEqualTo(1);
        assertThat(stop.out()).contains("\"unreachable\" : true");
        assertThat(machine.run("run", "--net=mynet", "--name=b", "IMAGE").exit()).isEqualTo(125);
        assertThat(reservations()).hasSize(1);
    }

    @Test
    void shouldUndoWhateverStepFails() throws Exception {
        int refused = 0;
        int wellInARow = 0;
        // Some failures are tried again, and then all is well; behind the last step all is.
        for (int step = 1; wellInARow < 4; step++) {
            model.faults().clear().failChange(step, EIO);
            TestMachine.Said said =
                    machine.run("run", "--net=mynet", "--name=a", "--numVf=2", "-d", "IMAGE");
            model.faults().clear();
            if (said.exit() == 0) {
                wellInARow++;
                assertThat(machine.run("stop", "--name=a").exit()).isZero();
            } else {
                wellInARow = 0;
                refused++;
                assertThat(said.err()).as("step " + step).isNotEmpty();
                machine.run("reconcile");
            }
            assertNothingLeft();
        }
        assertThat(refused).isGreaterThan(5);
    }

    @Test
    void shouldSayWhatItWouldDoAndDoNothing() throws Exception {
        String plan =
                machine.run(
                                "run",
                                "--net=mynet",
                                "--net=bridge",
                                "--name=a",
                                "--numVf=2",
                                "--cpuset=2-5",
                                "--dry-run",
                                "-it",
                                "IMAGE",
                                "app",
                                "--name=x")
                        .out();
        assertThat(plan)
                .contains("--network name=mynet,driver-opt=dpdk4j.reservation=ID1")
                .contains("--network bridge")
                .contains("--device /dev/vfio/GROUP_2:/dev/vfio/GROUP_2:rw")
                .contains("--cpuset-cpus 2-5")
                .doesNotContain("SYS_ADMIN")
                .doesNotContain("/sys/bus")
                .endsWith("-it IMAGE app --name=x" + System.lineSeparator());
        assertThat(machine.docker().calls("run")).isEmpty();
        assertNothingLeft();
    }

    @Test
    void shouldSpellOutWhatUnsafeDriversNeed() {
        String uio =
                machine.run("run", "--net=mynet", "--driver=uio_pci_generic", "--dry-run", "IMAGE")
                        .out();
        assertThat(uio)
                .contains("--device /dev/uio_1:/dev/uio_1:rw")
                .contains("--cap-add SYS_ADMIN --cap-add SYS_RAWIO")
                .contains(
                        "type=bind,source=/sys/bus/pci/devices/PCI_ADDRESS_1,"
                                + "target=/sys/bus/pci/devices/PCI_ADDRESS_1")
                .doesNotContain("privileged");
        String noIommu =
                machine.run("run", "--net=mynet", "--driver=vfio-noiommu", "--dry-run", "IMAGE")
                        .out();
        assertThat(noIommu).contains("/dev/vfio/noiommu-GROUP_1").doesNotContain("/sys/bus");
    }

    @Test
    void shouldTakeVirtualFunctionsOfANodeOnly() throws Exception {
        assertThat(machine.run("run", "--net=mynet", "--numa=1", "IMAGE").err()).contains("free");
        assertNothingLeft();
        assertThat(machine.run("run", "--net=mynet", "--numa=0", "--name=a", "-d", "IMAGE").exit())
                .isZero();
    }

    @Test
    void shouldGiveNodesToTheContainersUser() throws Exception {
        assertThat(
                        machine.run(
                                        "run",
                                        "--net=mynet",
                                        "--name=a",
                                        "--user=1000:100",
                                        "-d",
                                        "IMAGE")
                                .err())
                .isEmpty();
        String node =
                machine.docker()
                        .calls("run")
                        .getFirst()
                        .replaceFirst(".*--device (/dev/vfio/\\d+):.*", "$1");
        FileStatus status = model.kernel().status(node).orElseThrow();
        assertThat(status.uid()).isEqualTo(1000);
        assertThat(status.gid()).isEqualTo(100);
        assertThat(machine.run("run", "--net=mynet", "--user=nobody", "IMAGE").err())
                .contains("--user UID:GID in numbers");
    }

    @Test
    void shouldRefuseNamesThatAreNone() throws Exception {
        for (String name : List.of("--privileged", "../x", "a b", "a\nb", "", "a\0b")) {
            assertThat(machine.run("run", "--net=mynet", "--name=" + name, "IMAGE").exit())
                    .as(name)
                    .isEqualTo(2);
        }
        for (String net : List.of("--privileged", "", "nonet", "bridge")) {
            assertThat(machine.run("run", "--net=" + net, "IMAGE").exit()).as(net).isNotZero();
        }
        assertThat(machine.run("run", "--net=mynet").err()).contains("which image?");
        assertNothingLeft();
        assertThat(machine.docker().calls("run")).isEmpty();
    }
}
