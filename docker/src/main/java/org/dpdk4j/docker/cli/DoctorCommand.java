// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.dpdk4j.docker.CdiSpec;
import org.dpdk4j.docker.engine.EngineInfo;
import org.dpdk4j.docker.engine.EngineUnreachableException;
import org.dpdk4j.sriov.doctor.Doctor;
import org.dpdk4j.sriov.doctor.Finding;
import picocli.CommandLine.Command;

/** Says what stands in the way of DPDK in containers. */
@Command(
        name = "doctor",
        description = "Says what on this machine stands in the way of DPDK in containers.")
final class DoctorCommand extends Subcommand {
    private static final Path SOCKET = Path.of("/run/docker/plugins/hisriov.sock");

    @Override
    Result result(DockerRunDpdk.Machine machine) {
        List<Finding> findings = new ArrayList<>(Doctor.of(machine.kernel()).findings());
        try {
            EngineInfo info = machine.engine().info();
            findings.add(
                    new Finding(Finding.Level.OK, "engine", "Docker " + info.version(), "", ""));
            boolean cdi = info.cdiDirectories().contains(CdiSpec.DIRECTORY.toString());
            findings.add(
                    cdi
                            ? new Finding(
                                    Finding.Level.OK,
                                    "cdi",
                                    "Docker reads " + CdiSpec.DIRECTORY,
                                    "",
                                    "")
                            : new Finding(
                                    Finding.Level.WARN,
                                    "cdi",
                                    "Docker reads no CDI specs",
                                    "Devices are given as exact nodes instead, which do not follow"
                                            + " a change of IOMMU groups.",
                                    "Docker 25 to 28.1: {\"features\": {\"cdi\": true}} in"
                                            + " /etc/docker/daemon.json."));
        } catch (EngineUnreachableException e) {
            findings.add(
                    new Finding(
                            Finding.Level.FAIL,
                            "engine",
                            "Docker can't be asked",
                            String.valueOf(e.getMessage()),
                            "systemctl start docker"));
        }
        findings.add(
                listens()
                        ? new Finding(Finding.Level.OK, "hisriov", "listens at " + SOCKET, "", "")
                        : new Finding(
                                Finding.Level.FAIL,
                                "hisriov",
                                "the network driver does not run",
                                "Nobody listens at "
                                        + SOCKET
                                        + ", so Docker can make no hisriov network.",
                                "systemctl start hisriov, or docker/hisriov"));
        boolean bad = findings.stream().anyMatch(finding -> finding.level() == Finding.Level.FAIL);
        StringBuilder text = new StringBuilder();
        for (Finding finding : findings) {
            text.append(
                    String.format(
                            "%-5s %-14s %s%n", finding.level(), finding.subject(), finding.what()));
            if (!finding.why().isEmpty()) {
                text.append("      ").append(finding.why()).append(System.lineSeparator());
            }
            if (!finding.remedy().isEmpty()) {
                text.append("      → ").append(finding.remedy()).append(System.lineSeparator());
            }
        }
        return new Result(
                findings.stream()
                        .map(finding ->
                                java.util.Map.of(
                                        "level", finding.level().toString(),
                                        "subject", finding.subject(),
                                        "what", finding.what(),
                                        "why", finding.why(),
                                        "remedy", finding.remedy()))
                        .toList(),
                text.toString().stripTrailing(),
                bad ? 1 : 0);
    }

    /** Of a daemon that was killed the socket stays. */
    private static boolean listens() {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(SOCKET))) {
            return channel.isConnected();
        } catch (IOException e) {
            return false;
        }
    }
}
