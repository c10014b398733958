// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.RandomAccessFile;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.pci.PciBus;
import org.dpdk4j.sriov.pci.PciFunction;
import org.dpdk4j.testing.RequiresLab;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command on real drivers, beside lspci, dpdk-devbind.py and ip. */
@RequiresLab
class LabCommandTest {
    private static final String PF = "0000:01:00.0";
    private static final String VF0 = "0000:01:10.0";
    private static final String VF1 = "0000:01:10.2";

    @TempDir Path directory;

    private String out = "";
    private String err = "";

    @BeforeEach
    void makeVfs() {
        succeeds("vfs", "set", PF, "3");
        text("udevadm", "settle");
    }

    @AfterEach
    void takeThemAway() {
        for (String vf : new String[] {VF0, VF1}) {
            run("unbind", vf);
        }
        succeeds("vfs", "set", PF, "0");
    }

    private int run(String... arguments) {
        StringWriter outText = new StringWriter();
        StringWriter errText = new StringWriter();
        int exitCode =
                Dpdk4j.run(
                        Kernel.system(),
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
    }

    /** What another program says. */
    private static String text(String... command) {
        try {
            Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
            String text = new String(process.getInputStream().readAllBytes());
            assertThat(process.waitFor()).as(text).isZero();
            return text;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Test
    void shouldSeeTheDevicesThatLspciSees() {
        succeeds("bind", VF0, "--driver", "vfio-pci");
        Map<String, String> theirs = new TreeMap<>();
        for (String record : text("lspci", "-D", "-n", "-k", "-vmm").strip().split("\n\n", -1)) {
            Map<String, String> fields = new LinkedHashMap<>();
            for (String line : record.split("\n", -1)) {
                int tab = line.indexOf('\t');
                fields.put(line.substring(0, tab - 1), line.substring(tab + 1));
            }
            theirs.put(
                    fields.get("Slot"),
                    String.join(
                            " ",
                            fields.get("Class"),
                            fields.get("Vendor") + ":" + fields.get("Device"),
                            fields.getOrDefault("Driver", "-"),
                            fields.getOrDefault("IOMMUGroup", "-")));
        }
        Map<String, String> ours = new TreeMap<>();
        for (PciFunction function : PciBus.of(Kernel.system()).functions()) {
            ours.put(
                    function.address().toString(),
                    String.join(
                            " ",
                            String.format("%04x", function.classCode() >> 8),
                            function.id(),
                            function.driver().orElse("-"),
                            function.iommuGroup().isPresent()
                                    ? "" + function.iommuGroup().getAsInt()
                                    : "-"));
        }
        assertThat(ours).isEqualTo(theirs).containsKey(VF1);
    }

    @Test
    void shouldBindAsDpdkDevbindSeesIt() {
        agreesWithDevbind();
        succeeds("bind", VF0, "--driver", "vfio-pci");
        assertThat(devbind()).contains(VF0 + " drv=vfio-pci", VF1 + " drv=igbvf");
        succeeds("bind", VF1, "--driver", "uio_pci_generic");
        assertThat(devbind()).contains(VF1 + " drv=uio_pci_generic");
        agreesWithDevbind();
        succeeds("bind", VF1, "--driver", "vfio-pci");
        agreesWithDevbind();
        succeeds("unbind", VF0);
        succeeds("unbind", VF1);
        assertThat(devbind()).contains(VF0 + " drv=igbvf", VF1 + " drv=igbvf");
        agreesWithDevbind();
    }

    /** Network devices with their drivers: "ADDRESS drv=NAME" each. */
    private static String devbind() {
        StringBuilder devices = new StringBuilder();
        text("dpdk-devbind.py", "--status-dev", "net")
                .lines()
                .filter(line -> line.matches("[0-9a-f]{4,}:.*"))
                .sorted()
                .forEach(line ->
                        devices.append(line, 0, line.indexOf(' '))
                                .append(line.replaceFirst(".*( drv=\\S+).*", "$1"))
                                .append('\n'));
        return devices.toString();
    }

    private static void agreesWithDevbind() {
        StringBuilder ours = new StringBuilder();
        for (PciFunction function : PciBus.of(Kernel.system()).functions()) {
            if (function.network()) {
                ours.append(function.address())
                        .append(" drv=")
                        .append(function.driver().orElse(""))
                        .append('\n');
            }
        }
        // virtio's devices of other classes aren't listed by either.
        assertThat(devbind()).isEqualTo(ours.toString());
    }

    @Test
    void shouldNotTakeADeviceFromWhoHasItOpen() throws IOException {
        succeeds("bind", VF0, "--driver", "vfio-pci");
        int group =
                PciBus.of(Kernel.system()).function(PciAddress.parse(VF0)).iommuGroup().getAsInt();
        try (RandomAccessFile node = new RandomAccessFile("/dev/vfio/" + group, "rw")) {
            assertThat(node.getFD().valid()).isTrue();
            assertThat(run("unbind", VF0)).isEqualTo(1);
            assertThat(err).contains("in use by process " + ProcessHandle.current().pid());
        }
        succeeds("unbind", VF0);
    }

    @Test
    void shouldRefuseAnInterfaceThatIpPutToUse() {
        String netdev =
                PciBus.of(Kernel.system()).function(PciAddress.parse(VF0)).netdevs().getFirst();
        text("ip", "link", "set", netdev, "up");
        text("ip", "-6", "route", "add", "2001:db8::/32", "dev", netdev, "table", "77");
        assertThat(run("bind", VF0, "--driver", "vfio-pci")).isEqualTo(1);
        assertThat(err).contains("has the route 2001:db8");
        text("ip", "-6", "route", "flush", "table", "77");
        text("ip", "link", "add", "br7", "type", "bridge");
        text("ip", "link", "set", netdev, "master", "br7");
        assertThat(run("bind", VF0, "--driver", "vfio-pci")).isEqualTo(1);
        assertThat(err).contains("belongs to bridge br7");
        text("ip", "link", "delete", "br7");
        text("ip", "netns", "add", "other");
        text("ip", "link", "set", netdev, "netns", "other");
        assertThat(run("bind", VF0, "--driver", "vfio-pci")).isEqualTo(1);
        assertThat(err).contains("in another network namespace");
        text("ip", "netns", "exec", "other", "ip", "link", "set", netdev, "netns", "1");
        text("ip", "netns", "delete", "other");
        succeeds("bind", VF0, "--driver", "vfio-pci");
    }

    @Test
    void shouldReserveBindAndRelease() {
        String netdev =
                PciBus.of(Kernel.system()).function(PciAddress.parse(VF0)).netdevs().getFirst();
        text("ip", "link", "set", netdev, "up");
        succeeds(
                "reserve",
                "--net",
                "lab",
                "--count",
                "2",
                "--select",
                "pf=" + PF + ",vfs=0-1",
                "--driver",
                "vfio-pci",
                "--vlan",
                "100",
                "--max-rate",
                "50");
        assertThat(devbind()).contains(VF0 + " drv=vfio-pci", VF1 + " drv=vfio-pci");
        succeeds("vfs", "show", PF);
        assertThat(out).contains("100 802.1Q", "0-50 Mbit/s", "1 lab command:");
        assertThat(run("vfs", "set", PF, "0")).isEqualTo(1);
        succeeds("release", "1");
        assertThat(devbind()).contains(VF0 + " drv=igbvf", VF1 + " drv=igbvf");
        assertThat(text("ip", "link", "show", netdev)).contains(",UP");
        succeeds("vfs", "show", PF);
        assertThat(out).doesNotContain("802.1Q", "Mbit/s", "lab");
    }

    /** A VF's life by our command alone, from a PF whose interface is down and back to it. */
    @Test
    void shouldShowIpWhatItSetsAndPutAllBack() {
        succeeds("vfs", "set", PF, "0");
        String netdev =
                PciBus.of(Kernel.system()).function(PciAddress.parse(PF)).netdevs().getFirst();
        text("ip", "link", "set", netdev, "down");
        try {
            succeeds("vfs", "set", PF, "3");
            text("udevadm", "settle");
            assertThat(text("ip", "link", "show", netdev)).contains(",UP");
            succeeds(
                    ("vfs configure " + PF + " 1 --mac 02:00:00:00:00:11 --vlan 100 --qos 3")
                            .concat(" --max-rate 50 --spoofchk off --trust on")
                            .split(" "));
            final String before = ipVfs(netdev) + devbind();
            assertThat(before)
                    .containsPattern(
                            "vf 1 .*02:00:00:00:00:11.* vlan 100, qos 3, .*max_tx_rate 50Mbps"
                                    + ".*spoof checking off.*trust on");
            succeeds(
                    "reserve --net lab --count 2 --driver vfio-pci --vlan 30 --max-rate 20"
                            .concat(" --select pf=" + PF + ",vfs=0-1")
                            .split(" "));
            assertThat(devbind()).contains(VF0 + " drv=vfio-pci", VF1 + " drv=vfio-pci");
            assertThat(ipVfs(netdev))
                    .containsPattern("vf 0 .* vlan 30, .*max_tx_rate 20Mbps")
                    .containsPattern("vf 1 .* vlan 30, .*max_tx_rate 20Mbps");
            assertThat(run("vfs", "set", PF, "0")).isEqualTo(1);
            assertThat(err).contains("is owned", "Release the reservations");
            succeeds("release", "1");
            text("udevadm", "settle");
            assertThat(ipVfs(netdev) + devbind()).isEqualTo(before);
            succeeds("vfs", "set", PF, "0");
            assertThat(text("ip", "link", "show", netdev)).doesNotContain(",UP");
        } finally {
            text("ip", "link", "set", netdev, "up");
        }
    }

    /** What {@code ip} sees of the VFs. */
    private static String ipVfs(String netdev) {
        StringBuilder vfs = new StringBuilder();
        text("ip", "-d", "link", "show", netdev)
                .lines()
                .filter(line -> line.strip().startsWith("vf "))
                .forEach(line -> vfs.append(line).append('\n'));
        return vfs.toString();
    }

    @Test
    void shouldFindTheLabFitForDpdk() {
        assertThat(run("doctor")).as(out).isZero();
        assertThat(out)
                .contains("OK    iommu ", "OK    hugepages     2 MiB pages on node 0")
                .contains(PF + " (enp1s0, igb) has 3 of 7 virtual functions")
                .doesNotContain("could not be looked at");
    }
}
