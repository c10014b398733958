// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.lang.module.ModuleReader;
import java.lang.module.ModuleReference;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Goes through the command without changing anything, for {@code install}: the JVM notes meanwhile
 * what it loads, and has it at hand when the command is in earnest. The engine's client on the
 * {@code PATH} is one that only has answers prepared.
 */
final class Rehearsal {
    private static final List<List<String>> LINES =
            List.of(
                    List.of(
                            "run",
                            "--net=rehearsal",
                            "--name=a",
                            "--dry-run",
                            "-it",
                            "IMAGE",
                            "sh"),
                    // Reserves nothing: the inventory knows no such network.
                    List.of("run", "--net=rehearsal", "--name=a", "-it", "IMAGE", "sh"),
                    List.of("ps"),
                    List.of("stop", "--name=a"));

    private static final Set<String> OURS = Set.of("org.dpdk4j.docker", "org.dpdk4j.sriov");

    private Rehearsal() {}

    public static void main(String[] arguments) throws IOException {
        PrintWriter nobody = new PrintWriter(Writer.nullWriter());
        for (List<String> line : LINES) {
            DockerRunDpdk.run(
                    DockerRunDpdk.thisMachine(), nobody, nobody, line.toArray(String[]::new));
        }
        // And what only a machine with virtual functions would have shown.
        for (Module module : ModuleLayer.boot().modules()) {
            if (OURS.contains(module.getName())) {
                load(module);
            }
        }
    }

    private static void load(Module module) throws IOException {
        Optional<ModuleReference> reference =
                ModuleLayer.boot()
                        .configuration()
                        .findModule(module.getName())
                        .map(resolved -> resolved.reference());
        try (ModuleReader reader = reference.orElseThrow().open()) {
            for (String name : reader.list().toList()) {
                if (name.endsWith(".class") && !name.endsWith("-info.class")) {
                    Class.forName(module, name.substring(0, name.length() - 6).replace('/', '.'));
                }
            }
        }
    }
}
