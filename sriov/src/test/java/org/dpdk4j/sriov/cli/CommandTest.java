// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.dpdk4j.sriov.model.KernelModelProcess;
import org.dpdk4j.sriov.model.Machine;
import org.dpdk4j.sriov.model.Nic;
import org.dpdk4j.sriov.model.NicModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandTest {
    @TempDir Path directory;

    private KernelModelProcess model;
    private String out = "";
    private String err = "";

    private void boot(Machine machine) {
        model = KernelModelProcess.start(machine);
        model.settle();
    }

    private static Machine withVfs(int count) {
        return Machine.builder().nic(Nic.of(Machine.IGB0, NicModel.IGB).withVfs(count)).build();
    }

    @AfterEach
    void end() {
        model.close();
    }

    private int run(String... arguments) {
        StringWriter outText = new StringWriter();
        StringWriter errText = new StringWriter();
        int exitCode =
                Dpdk4j.run(
                        model.kernel(),
                        directory.resolve("state"),
                        new PrintWriter(outText),
                        new PrintWriter(errText),
                        arguments);
        out = outText.toString();
        err = errText.toString();
        return exitCode;
    }

    private void succeeds(String... arguments) {
        assertThat(run(arguments)).as(err).isZero();
        assertThat(err).isEmpty();
    }

    /** One line that says what is wrong, and nothing on standard output. */
    private void fails(int exitCode, String why, String... arguments) {
        String before = model.snapshot();
        assertThat(run(arguments)).as("%s%s", out, err).isEqualTo(exitCode);
        assertThat(err).startsWith("dpdk4j: ").contains(why).doesNotContain("Exception", "\tat ");
        assertThat(err.strip()).doesNotContain("\n");
        assertThat(out).isEmpty();
        assertThat(model.snapshot()).isEqualTo(before);
    }

    private void printsJson(String command) throws IOException {
        int depth = 0;
        try (JsonParser parser = new JsonFactory().createParser(out)) {
            while (parser.nextToken() != null) {
                depth++;
            }
        }
        assertThat(depth).isGreaterThan(3);
        assertThat(out.replaceAll("\\s+", "")).startsWith("{\"command\":\"" + command + "\",");
    }

    @Test
    void shouldListDevices() throws IOException {
        boot(withVfs(2));
        succeeds("list");
        assertThat(out.lines().count()).isEqualTo(4);
        assertThat(out)
                .contains("0000:01:00.0  8086:10c9", "PF 2/7", "VF 1 of 0000:01:00.0", "enp1s0v1")
                .contains("8 GT/s x8 (of 16 GT/s x16)");
        succeeds("list", "--all");
        assertThat(out).contains("1b36:000c  060400");
        succeeds("list", "--json");
        printsJson("list");
        assertThat(out)
                .contains("\"physical_function\" : \"0000:01:00.0\"", "\"numa_node\" : 0")
                .contains("\"total_vfs\" : 7", "\"rdma_devices\" : [ ]");
    }

    @Test
    void shouldBindAndUnbind() throws IOException {
        boot(withVfs(2));
        final String before = model.snapshot();
        succeeds("bind", "01:10.0", "--driver", "vfio-pci");
        assertThat(out).isEqualTo("0000:01:10.0 is on vfio-pci, before it was on igbvf.\n");
        succeeds("bind", "01:10.0", "--driver", "uio_pci_generic");
        succeeds("bind", "enp1s0v1", "-d", "vfio_pci", "--json");
        printsJson("bind");
        assertThat(out).contains("\"before\" : \"igbvf\"");
        succeeds("unbind", "01:10.0");
        assertThat(out).isEqualTo("0000:01:10.0 is on igbvf.\n");
        succeeds("unbind", "01:10.2", "--json");
        assertThat(out).contains("\"restoration\" : \"DONE\"");
        succeeds("unbind", "01:10.2");
        assertThat(model.snapshot()).isEqualTo(before);
        assertThat(directory.resolve("state/bindings")).isEmptyDirectory();
    }

    @Test
    void shouldUnbindToNoDriverIfThereWasNone() throws IOException {
        boot(withVfs(1));
        model.kernel().write("/sys/bus/pci/drivers/igbvf/unbind", "0000:01:10.0");
        succeeds("bind", "01:10.0", "--driver", "vfio-pci");
        assertThat(Files.readString(directory.resolve("state/bindings/0000:01:10.0")))
                .startsWith("binding=1 address=0000:01:10.0");
        succeeds("unbind", "01:10.0");
        assertThat(out).isEqualTo("0000:01:10.0 is on no driver.\n");
    }

    @Test
    void shouldMakeVfsAndTakeThemAway() throws IOException {
        boot(Machine.igb());
        final String before = model.snapshot();
        succeeds("vfs", "set", "enp1s0", "3", "--net", "blue");
        assertThat(out).contains("0000:01:00.0 has 3 virtual functions, which serve network blue");
        succeeds("vfs", "configure", "01:00.0", "1", "--mac", "02:00:00:00:00:07", "--vlan", "100");
        succeeds("vfs", "configure", "01:00.0", "1", "--trust", "on", "--max-rate", "50");
        succeeds("vfs", "show", "01:00.0");
        assertThat(out)
                .contains("0000:01:00.0 has 3 of 7 virtual functions:")
                .contains("02:00:00:00:00:07  100 802.1Q");
        succeeds("vfs", "show", "01:00.0", "--statistics");
        succeeds("vfs", "show", "01:00.0", "--json");
        printsJson("vfsshow");
        assertThat(out).contains("\"vlan\" : 100", "\"trust\" : true", "\"max_rate_mbps\" : 50");
        succeeds("vfs", "set", "01:00.0", "0", "--json");
        printsJson("vfsset");
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldReserveAndRelease() throws IOException {
        boot(Machine.igb());
        succeeds("vfs", "set", "01:00.0", "3", "--net", "blue");
        final String before = model.snapshot();
        succeeds(
                "reserve",
                "--net",
                "blue",
                "--count",
                "2",
                "-d",
                "vfio-pci",
                "--vlan",
                "7",
                "--owner",
                "alice");
        assertThat(out).isEqualTo("Reservation 1: 0000:01:10.0, 0000:01:10.2 on vfio-pci.\n");
        fails(1, "belongs to reservation 1 of command:alice", "unbind", "01:10.0");
        fails(1, "belongs to reservation 1", "bind", "01:10.0", "-d", "uio_pci_generic");
        fails(1, "belongs to reservation 1", "vfs", "configure", "01:00.0", "0", "--vlan", "3");
        fails(1, "reservation", "vfs", "set", "01:00.0", "5");
        fails(1, "blue", "reserve", "--net", "blue", "--count", "2");
        succeeds("reservations");
        assertThat(out).contains("command:alice", "0000:01:10.0,0000:01:10.2");
        succeeds("vfs", "show", "01:00.0");
        assertThat(out).contains("1 blue command:alice", "7 802.1Q");
        succeeds("reconcile");
        assertThat(out).isEqualTo("All is as it should be.\n");
        succeeds("reserve", "--net", "blue", "--json");
        printsJson("reserve");
        succeeds("release", "1");
        assertThat(out).isEqualTo("Reservation 1 is released.\n");
        succeeds("release", "1");
        assertThat(out).isEqualTo("Reservation 1 was released before.\n");
        succeeds("release", "2", "--json");
        printsJson("release");
        succeeds("reconcile", "--json");
        printsJson("reconcile");
        assertThat(model.snapshot()).isEqualTo(before);
    }

    @Test
    void shouldReleaseWhatCouldNotBeBound() {
        boot(withVfs(2));
        model.surroundings().address("enp1s0v0", "10.0.0.1/8");
        succeeds("reserve", "--net", "n", "--select", "pf=0000:01:00.0,vfs=1");
        fails(1, "in use", "reserve", "--net", "m", "--select", "vfs=0", "-d", "vfio-pci");
        succeeds("reservations");
        assertThat(out.lines()).hasSize(2);
    }

    @Test
    void shouldTellWhatIsBadInput() {
        boot(withVfs(2));
        fails(2, "not a PCI address: \"0000:01:10\"", "bind", "0000:01:10", "-d", "vfio-pci");
        fails(2, "not a PCI address", "bind", "0000:01:1x.0", "-d", "vfio-pci");
        fails(2, "not a PCI address", "bind", "../../01:10.0", "-d", "vfio-pci");
        fails(2, "devices 00 to 1f", "bind", "0000:01:20.0", "-d", "vfio-pci");
        fails(2, "can't be the name", "bind", "../../../etc/passwd", "-d", "vfio-pci");
        fails(2, "can't be the name", "vfs", "show", "eth0\n\0\u001b[31m");
        fails(2, "can't be the name", "vfs", "show", "");
        fails(2, "no userspace driver is called \"../x\"", "bind", "01:10.0", "-d", "../x");
        fails(1, "There is no network interface \"eth77\"", "vfs", "show", "eth77");
        fails(1, "no PCI device at 0000:55:00.0", "bind", "55:00.0", "-d", "vfio-pci");
        fails(1, "VF", "vfs", "configure", "01:00.0", "2", "--vlan", "1");
        fails(1, "VF", "vfs", "configure", "01:00.0", "-1", "--vlan", "1");
        fails(2, "4095", "vfs", "configure", "01:00.0", "0", "--vlan", "4095");
        fails(2, "8", "vfs", "configure", "01:00.0", "0", "--vlan", "1", "--qos", "8");
        String multicast = "01:00:5e:00:00:01";
        fails(2, "is one of a group", "vfs", "configure", "01:00.0", "0", "--mac", multicast);
        fails(2, "zero", "vfs", "configure", "01:00.0", "0", "--mac", "00:00:00:00:00:00");
        fails(2, "not a MAC address", "vfs", "configure", "01:00.0", "0", "--mac", "1:2:3");
        fails(2, "not an int", "reserve", "--net", "n", "--count", "0x10");
        fails(2, "1 virtual function or more", "reserve", "--net", "n", "--count", "0");
        fails(2, "", "reserve", "--net", "n", "--select", "colour=blue");
        fails(1, "never a reservation 99", "release", "99");
        fails(2, "", "release", "ninety");
        fails(2, "Unknown option", "list", "--frobnicate");
        fails(2, "Missing required", "bind", "01:10.0");
        fails(2, "Missing required subcommand", new String[0]);
        fails(2, "", "frobnicate");
    }

    @Test
    void shouldTellWhatTheMachineCannotDo() {
        boot(
                Machine.builder()
                        .nic(Nic.of(Machine.IGB0, NicModel.IGB))
                        .nic(Nic.of("0000:04:00.0", NicModel.E1000E))
                        .withoutIommu()
                        .build());
        fails(1, "7", "vfs", "set", "01:00.0", "8");
        fails(1, "", "vfs", "set", "01:00.0", "-1");
        fails(1, "SR-IOV", "vfs", "set", "04:00.0", "1");
        fails(1, "SR-IOV", "vfs", "show", "04:00.0");
        fails(1, "no IOMMU group", "bind", "04:00.0", "-d", "vfio-pci");
        assertThat(run("doctor")).isEqualTo(1);
        assertThat(err).isEmpty();
        assertThat(out).contains("FAIL  iommu ");
    }

    @Test
    void shouldTellWhoIsNotRootOrLockedOut() {
        boot(
                Machine.builder()
                        .nic(Nic.of(Machine.IGB0, NicModel.IGB).withVfs(1))
                        .nic(Nic.of(Machine.IGB1, NicModel.IGB))
                        .uid(1000)
                        .build());
        fails(1, "root", "bind", "01:10.0", "-d", "vfio-pci");
        fails(1, "root", "vfs", "set", "02:00.0", "2");
        fails(1, "root", "vfs", "configure", "01:00.0", "0", "--vlan", "2");
        model.close();
        boot(
                Machine.builder()
                        .nic(Nic.of(Machine.IGB0, NicModel.IGB).withVfs(1))
                        .lockdown("confidentiality")
                        .build());
        fails(1, "lockdown (confidentiality)", "bind", "01:10.0", "-d", "uio_pci_generic");
    }

    @Test
    void shouldPutFailuresIntoTheJsonToo() throws IOException {
        boot(withVfs(1));
        assertThat(run("bind", "55:00.0", "-d", "vfio-pci", "--json")).isEqualTo(1);
        printsJson("bind");
        assertThat(out).contains("\"error\" : \"There is no PCI device at 0000:55:00.0.");
        assertThat(err).startsWith("dpdk4j: There is no PCI device");
    }

    @Test
    void shouldFailASentenceWhereTheStateCannotBeWritten() throws IOException {
        boot(withVfs(1));
        Files.writeString(directory.resolve("state"), "a file");
        fails(1, "state", "bind", "01:10.0", "-d", "vfio-pci");
        fails(1, "state", "reserve", "--net", "n", "--select", "");
    }

    @Test
    void shouldExplainItself() {
        boot(withVfs(1));
        for (String command :
                new String[] {
                    "doctor", "list", "bind", "unbind", "vfs", "reserve", "release", "reconcile"
                }) {
            succeeds(command, "--help");
            assertThat(out).startsWith("Usage: dpdk4j " + command);
        }
        succeeds("--help");
        assertThat(out).contains("reserve", "Exit code");
    }
}
