// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.testing.Forked;

/**
 * A model in a process of its own, seen from the test that started it. Products under test take
 * {@link #kernel()}, or run in further processes with {@link #option()} on their command line.
 */
public final class KernelModelProcess implements AutoCloseable {
    private final Process process;
    private final Path directory;
    private final ModelKernel kernel;

    private KernelModelProcess(Process process, Path directory) {
        this.process = process;
        this.directory = directory;
        this.kernel = new ModelKernel(socket(), true);
    }

    /** Boots a machine. It is gone when this is closed, or when this process ends. */
    public static KernelModelProcess start(Machine machine) {
        try {
            // Short: the path of a Unix socket ends at 108 bytes.
            Path directory = Files.createTempDirectory("model");
            Process process =
                    Forked.java(KernelModelServer.class)
                            .option("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
                            .args(directory.resolve("s").toString())
                            .start();
            ObjectOutputStream out = new ObjectOutputStream(process.getOutputStream());
            out.writeObject(machine);
            out.flush();
            BufferedReader said = process.inputReader();
            if (!"ready".equals(said.readLine())) {
                String errors = new String(process.getErrorStream().readAllBytes());
                throw new IllegalStateException("the kernel model did not start: " + errors);
            }
            // Read on, so that its complaints are seen and never block it.
            Thread.ofPlatform()
                    .daemon()
                    .start(() -> process.errorReader().lines().forEach(System.err::println));
            return new KernelModelProcess(process, directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The kernel, for product code in this process. Kills never strike this process. */
    public Kernel kernel() {
        return kernel;
    }

    /** Where further processes find the model. */
    public Path socket() {
        return directory.resolve("s");
    }

    /** The option of a JVM whose {@link Kernel#system()} is to be this model. */
    public String option() {
        return "-D" + ModelKernelProvider.PROPERTY + "=" + socket();
    }

    /** What is to go wrong. */
    public FaultPlan faults() {
        return new FaultPlan(kernel);
    }

    /** What happens to the machine without the product doing it. */
    public Surroundings surroundings() {
        return new Surroundings(kernel);
    }

    /**
     * All that a product may change and must put back, as lines of text: bindings, counts and
     * settings of VFs, netdevs, hugepages, mounts, device nodes. Modules stay loaded and are not
     * part of it, nor what differs each time, such as random MAC addresses. What was to come by and
     * by has come.
     */
    public String snapshot() {
        return kernel.control("snapshot");
    }

    /** Lets all that was to come by and by come now: VFs, renames by udev. */
    public void settle() {
        kernel.control("settle");
    }

    /**
     * Starts the machine anew, as a reboot does: its VFs are gone, but for those of its
     * description, bindings and hugepages forgotten. Not while an operation waits.
     */
    public void reboot() {
        kernel.control("reboot");
    }

    /**
     * How many changes were asked for since the start or {@link #resetSteps()}, failed ones too.
     */
    public long steps() {
        return Long.parseLong(kernel.control("changes"));
    }

    /** How many operations, reads among them. */
    public long allSteps() {
        return Long.parseLong(kernel.control("operations"));
    }

    /** The changes, one after the other. */
    public List<String> trace() {
        return kernel.control("trace").lines().toList();
    }

    /** Begins to count at 0. */
    public void resetSteps() {
        kernel.control("reset-steps");
    }

    @Override
    public void close() {
        kernel.close();
        try {
            process.getOutputStream().close();
            process.waitFor();
            Files.deleteIfExists(socket());
            Files.deleteIfExists(directory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}
