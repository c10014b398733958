// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.spi.ToolProvider;
import org.dpdk4j.docker.driver.RealDocker.Said;
import org.dpdk4j.sriov.model.Machine;
import org.dpdk4j.sriov.model.Nic;
import org.dpdk4j.sriov.model.NicModel;

/**
 * What {@code docker_run_dpdk run} costs beyond {@code docker run} of the same network, in turn:
 * {@code docker/measure}. The machine is the model, and the JVM has a cache like that which install
 * makes, and the options that install gives it.
 */
final class RunCost {
    private static final String NAME = "--name=cost";
    private static final List<String> IMAGE = List.of("busybox", "sleep", "600");

    private final RealDocker docker;
    private final Path directory;
    private final List<String> options;
    private final List<double[]> plain = new ArrayList<>();
    private final List<double[]> ours = new ArrayList<>();

    private RunCost(RealDocker docker, Path directory, List<String> options) {
        this.docker = docker;
        this.directory = directory;
        this.options = options;
    }

    public static void main(String[] arguments) throws IOException {
        int pairs = Integer.parseInt(arguments[0]);
        List<String> options = List.of(arguments).subList(1, arguments.length);
        Path directory = Files.createTempDirectory("cost");
        Machine machine =
                Machine.builder().nic(Nic.of(Machine.IGB0, NicModel.I40E).withTotalVfs(8)).build();
        try (RealDocker docker = new RealDocker(machine)) {
            new RunCost(docker, directory, options).measure(pairs);
        }
    }

    private void measure(int pairs) throws IOException {
        docker.run(
                        List.of(
                                "docker",
                                "network",
                                "create",
                                "-d",
                                "hisriov",
                                "--subnet=40.0.0.0/24",
                                "-o",
                                "netdevice=enp1s0",
                                "-o",
                                "nvf=8",
                                "mynet"))
                .well();
        String classPath = jars();
        String cache = directory.resolve("run.aot").toString();
        // One run to be noted, one to be thrown away.
        docker.run(ours(List.of("-XX:AOTCacheOutput=" + cache), classPath)).well();
        remove();
        List<String> quick = ours(List.of("-XX:AOTCache=" + cache), classPath);
        List<String> docker = new ArrayList<>(List.of("docker", "run", "-d", "--net=mynet", NAME));
        docker.addAll(IMAGE);
        timed(quick);
        timed(docker);
        for (int i = 0; i < pairs; i++) {
            if (i % 2 == 0) {
                plain.add(timed(docker));
                ours.add(timed(quick));
            } else {
                ours.add(timed(quick));
                plain.add(timed(docker));
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%d pairs; medians of one run, with the processes that it starts%n",
                pairs);
        show("docker run", plain);
        show("docker_run_dpdk run", ours);
        System.out.printf(
                Locale.ROOT,
                "added: %.0f ms of CPU, %.0f ms of time%n",
                cpu(ours) - cpu(plain),
                wall(ours) - wall(plain));
    }

    private List<String> ours(List<String> cache, String classPath) {
        List<String> all = new ArrayList<>(cache);
        all.addAll(options);
        all.add("-Xlog:aot=off");
        List<String> command = docker.dpdkCommand(all, classPath);
        command.addAll(List.of("run", "-d", "--net=mynet", NAME, "--ulimit=memlock=65536:65536"));
        command.addAll(IMAGE);
        return command;
    }

    /** Milliseconds of time and of CPU. */
    private double[] timed(List<String> command) {
        List<String> line =
                new ArrayList<>(
                        List.of(
                                "bash",
                                "-c",
                                "TIMEFORMAT='%R %U %S'; time \"$@\" >/dev/null 2>&1",
                                "time"));
        line.addAll(command);
        Said said = docker.run(line);
        String[] parts = said.well().split(" ", -1);
        remove();
        return new double[] {
            Double.parseDouble(parts[0]) * 1000,
            (Double.parseDouble(parts[1]) + Double.parseDouble(parts[2])) * 1000
        };
    }

    private void remove() {
        docker.docker("rm", "-f", "cost").well();
        docker.dpdk("reconcile").well();
    }

    /** The cache takes no directories. */
    private String jars() throws IOException {
        List<String> jars = new ArrayList<>();
        for (String entry : System.getProperty("java.class.path").split(":", -1)) {
            if (Files.isDirectory(Path.of(entry))) {
                Path jar = directory.resolve(jars.size() + ".jar");
                ToolProvider.findFirst("jar")
                        .orElseThrow()
                        .run(System.out, System.err, "cf", jar.toString(), "-C", entry, ".");
                jars.add(jar.toString());
            } else {
                jars.add(entry);
            }
        }
        return String.join(":", jars);
    }

    private static void show(String name, List<double[]> runs) {
        System.out.printf(
                Locale.ROOT, "%-20s %6.0f ms of CPU, %6.0f ms%n", name, cpu(runs), wall(runs));
    }

    private static double cpu(List<double[]> runs) {
        return median(runs, 1);
    }

    private static double wall(List<double[]> runs) {
        return median(runs, 0);
    }

    private static double median(List<double[]> runs, int column) {
        double[] sorted = runs.stream().mapToDouble(run -> run[column]).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
