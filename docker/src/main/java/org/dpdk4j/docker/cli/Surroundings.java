// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;
import org.dpdk4j.docker.DockerException;
import org.dpdk4j.docker.engine.Engine;
import org.dpdk4j.docker.engine.EngineInfo;
import org.dpdk4j.docker.engine.EngineNetwork;

/**
 * What is asked of the engine before a container is run.
 *
 * @param engine what it is
 * @param networks in the order in which they were typed
 */
record Surroundings(EngineInfo engine, List<EngineNetwork> networks) {
    private static final String DRIVER = "hisriov";

    /** Copies what is mutable. */
    Surroundings {
        networks = List.copyOf(networks);
    }

    /** The engine and all networks, asked at once. */
    static Surroundings ask(Engine engine, List<NetworkChoice> choices) {
        CompletableFuture<EngineInfo> info = ask(engine::info);
        List<CompletableFuture<EngineNetwork>> networks =
                choices.stream().map(choice -> ask(() -> network(engine, choice.name()))).toList();
        try {
            Surroundings around =
                    new Surroundings(
                            info.join(), networks.stream().map(CompletableFuture::join).toList());
            if (around.ours() == 0) {
                EngineNetwork network = around.networks.getFirst();
                throw new DockerException(
                        "Network "
                                + network.name()
                                + " is of driver "
                                + network.driver()
                                + ", and has no virtual functions to give. Make one that has:"
                                + " docker network create -d hisriov --subnet=40.0.0.0/24 -o"
                                + " netdevice=eth2 -o nvf=5 mynet.");
            }
            return around;
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    private static EngineNetwork network(Engine engine, String name) {
        return engine.network(name)
                .orElseThrow(() ->
                        new DockerException(
                                "There is no network "
                                        + name
                                        + ". Make it: docker network create -d hisriov"
                                        + " --subnet=40.0.0.0/24 -o netdevice=eth2 -o nvf=5 "
                                        + name
                                        + "."));
    }

    /** How many networks have virtual functions to give. */
    long ours() {
        return networks.stream().filter(Surroundings::ours).count();
    }

    private static <T> CompletableFuture<T> ask(Supplier<T> question) {
        return CompletableFuture.supplyAsync(question, Thread.ofVirtual()::start);
    }

    /** Whether it has virtual functions to give. */
    static boolean ours(EngineNetwork network) {
        return network.driver().equals(DRIVER);
    }
}
