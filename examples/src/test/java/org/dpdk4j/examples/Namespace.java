// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/** A network namespace of the kernel, under a name of its own, removed by closing. */
final class Namespace implements AutoCloseable {
    private final String name =
            "dpdk4j-" + Integer.toHexString(ThreadLocalRandom.current().nextInt());

    Namespace() {
        Program.output("ip", "netns", "add", name);
        run("ip", "link", "set", "lo", "up");
    }

    /** Names for network interfaces that nobody else has; there are 15 characters at most. */
    static String interfaceName(String start) {
        return start + Integer.toHexString(ThreadLocalRandom.current().nextInt(1 << 28));
    }

    String name() {
        return name;
    }

    /** Runs a command inside, which must succeed. */
    String run(String... command) {
        return Program.output(inside(command));
    }

    /** Starts a command inside. */
    Program start(String... command) {
        return Program.command(inside(command));
    }

    /** Makes an interface, which is here already, ready for use. */
    void up(String device, String... addresses) {
        for (String address : addresses) {
            List<String> command =
                    new ArrayList<>(List.of("ip", "addr", "add", address, "dev", device));
            if (address.contains(":")) {
                command.add("nodad");
            }
            run(command.toArray(String[]::new));
        }
        run("ip", "link", "set", device, "up");
    }

    @Override
    public void close() {
        Program.output("ip", "netns", "del", name);
    }

    private String[] inside(String... command) {
        List<String> all = new ArrayList<>(List.of("ip", "netns", "exec", name));
        all.addAll(Arrays.asList(command));
        return all.toArray(String[]::new);
    }
}
