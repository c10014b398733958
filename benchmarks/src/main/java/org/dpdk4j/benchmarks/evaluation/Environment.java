// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.dpdk4j.Eal;

/** The machine and the versions, as far as they can be found out; no names of people or hosts. */
final class Environment {
    private static final Path CPU = Path.of("/sys/devices/system/cpu");
    private static final String UNKNOWN = "not known";

    private Environment() {}

    static Map<String, String> of(Launch launch) {
        Map<String, String> facts = new LinkedHashMap<>();
        facts.put("date", LocalDate.now(ZoneOffset.UTC).toString());
        facts.put("CPU", field(Path.of("/proc/cpuinfo"), "model name"));
        facts.put("CPUs", Integer.toString(Runtime.getRuntime().availableProcessors()));
        facts.put("forwarding on CPU", launch.cpus().get(1).toString());
        facts.put("frequency governor", line(CPU.resolve("cpu0/cpufreq/scaling_governor")));
        facts.put("isolated CPUs", line(CPU.resolve("isolated")));
        facts.put("hypervisor", hypervisor());
        facts.put("memory", field(Path.of("/proc/meminfo"), "MemTotal"));
        facts.put(
                "hugepages of 2 MiB",
                line(Path.of("/sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages")));
        facts.put("kernel", line(Path.of("/proc/sys/kernel/osrelease")));
        facts.put("system", field(Path.of("/etc/os-release"), "PRETTY_NAME"));
        facts.put("load before", line(Path.of("/proc/loadavg")));
        facts.put(
                "Java",
                System.getProperty("java.vm.version")
                        + ", "
                        + System.getProperty("java.vendor", UNKNOWN));
        facts.put("Java options", String.join(" ", launch.javaOptions()));
        facts.put(
                "loaded before Java",
                launch.preload() == null ? "nothing" : launch.preload().getFileName().toString());
        facts.put("DPDK", Eal.version());
        facts.put(
                "C compiler", launch.cForwarder() == null ? "none" : firstLine("gcc", "--version"));
        facts.put(
                "container engine",
                launch.image() == null
                        ? "none"
                        : "Docker "
                                + firstLine(
                                        "docker", "version", "--format", "{{.Server.Version}}"));
        String repository = System.getProperty("dpdk4j.repository", ".");
        // Says "-dirty" behind it where something was changed since.
        facts.put(
                "commit",
                firstLine(
                        "git",
                        "-C",
                        repository,
                        "describe",
                        "--always",
                        "--dirty",
                        "--abbrev=12",
                        "--exclude=*"));
        return facts;
    }

    private static String hypervisor() {
        return field(Path.of("/proc/cpuinfo"), "flags").contains(" hypervisor")
                ? "yes: a virtual machine"
                : "no";
    }

    /** The first value behind a name that ends with a colon or an equals sign. */
    private static String field(Path file, String name) {
        try {
            for (String line : Files.readAllLines(file)) {
                if (line.startsWith(name)) {
                    return line.substring(name.length()).replaceAll("^[\\s:=]+|\"", "").strip();
                }
            }
        } catch (IOException e) {
            return UNKNOWN;
        }
        return UNKNOWN;
    }

    private static String line(Path file) {
        try {
            String line = Files.readString(file).strip();
            return line.isEmpty() ? "none" : line;
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    private static String firstLine(String... command) {
        try {
            Process process =
                    new ProcessBuilder(List.of(command)).redirectErrorStream(true).start();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return process.waitFor() == 0 ? said.lines().findFirst().orElse(UNKNOWN) : UNKNOWN;
        } catch (IOException e) {
            return UNKNOWN;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return UNKNOWN;
        }
    }
}
