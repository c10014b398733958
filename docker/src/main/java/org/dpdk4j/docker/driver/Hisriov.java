// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.dpdk4j.docker.ContainerFiles;
import org.dpdk4j.docker.engine.DockerClient;
import org.dpdk4j.sriov.Release;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.kernel.Kernel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** The daemon: Docker's network driver {@code hisriov}. */
@CommandLine.Command(
        name = "hisriov",
        mixinStandardHelpOptions = true,
        description = "Docker's network driver whose containers get virtual functions of a NIC.")
public final class Hisriov implements Callable<Integer> {
    /** By which Docker knows the driver. */
    static final String NAME = "hisriov";

    private static final Logger LOG = LoggerFactory.getLogger(Hisriov.class);

    @CommandLine.Option(
            names = "--socket",
            paramLabel = "PATH",
            description = "where Docker looks for it (${DEFAULT-VALUE})")
    private Path socket = Path.of("/run/docker/plugins/hisriov.sock");

    @CommandLine.Option(
            names = "--patience",
            paramLabel = "SECONDS",
            description = "with a client that is slow (${DEFAULT-VALUE})")
    private int patienceSeconds = 30;

    @CommandLine.Option(
            names = "--interval",
            paramLabel = "SECONDS",
            description = "between looks at what Docker has forgotten (${DEFAULT-VALUE})")
    private int intervalSeconds = 60;

    private Hisriov() {}

    /**
     * Runs until it is told to end by SIGTERM or SIGINT.
     *
     * @param arguments see {@code --help}
     */
    public static void main(String[] arguments) {
        CommandLine commandLine = new CommandLine(new Hisriov());
        commandLine
                .getCommandSpec()
                .versionProvider(() -> new String[] {"hisriov " + Release.version()});
        int code =
                commandLine
                        .setExecutionExceptionHandler((failure, command, _) -> {
                            if (!(failure instanceof SriovException)) {
                                throw failure;
                            }
                            command.getErr().println("hisriov: " + failure.getMessage());
                            return 1;
                        })
                        .execute(arguments);
        if (code != 0) {
            System.exit(code);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        Kernel kernel = Kernel.system();
        CountDownLatch ended = new CountDownLatch(1);
        CountDownLatch closed = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(
                        new Thread(
                                () -> {
                                    ended.countDown();
                                    try {
                                        closed.await();
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                },
                                "end"));
        try (Inventory inventory = Inventory.open()) {
            NetworkDriver driver = new NetworkDriver(inventory, kernel);
            Caretaker caretaker =
                    new Caretaker(driver, inventory, new DockerClient(), ContainerFiles.system());
            caretaker.begin();
            // Docker may wait for us before it answers us: first listen, then ask.
            try (PluginServer _ =
                            PluginServer.listen(
                                    new Calls(driver),
                                    socket,
                                    Duration.ofSeconds(patienceSeconds));
                    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor()) {
                LOG.info("Docker finds the driver {} at {}", NAME, socket);
                var _ =
                        clock.scheduleWithFixedDelay(
                                () -> look(caretaker), 0, intervalSeconds, TimeUnit.SECONDS);
                ended.await();
                clock.shutdownNow();
            }
        } finally {
            closed.countDown();
        }
        return 0;
    }

    /** A failure must not end the looking. */
    private static void look(Caretaker caretaker) {
        try {
            caretaker.look();
        } catch (RuntimeException e) {
            LOG.error("What Docker has forgotten could not be looked for", e);
        }
    }
}
