// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dpdk4j.Lpm;
import org.dpdk4j.net.Ipv4Address;

/** One IPv4 network and the port that its packets leave by. */
record Route(int network, int depth, int port) {
    private static final Pattern OPTION = Pattern.compile("([^/,]+)/(\\d{1,2}),(\\d{1,3})");

    /** As DPDK's own l3fwd has it, with or without the R. */
    private static final Pattern LINE =
            Pattern.compile("R?([^/\\s]+)/(\\d{1,2})\\s+(\\d{1,3})(\\s+#.*)?");

    private static final int ALL_BITS = 32;

    /** Reads {@code PREFIX/LEN,PORT}; {@code program} refuses what is no route. */
    static Route parse(Example program, String text) {
        return read(program, OPTION, "--route", "10.0.0.0/8,1", text);
    }

    /** Reads a file with a route on each line; empty lines and those that begin with # are none. */
    static List<Route> read(Example program, Path file) {
        List<Route> routes = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file)) {
                String text = line.strip();
                if (!text.isEmpty() && !text.startsWith("#")) {
                    routes.add(read(program, LINE, "--rules " + file, "10.0.0.0/8 1", text));
                }
            }
        } catch (IOException e) {
            throw program.wrong("--rules: " + file + " can't be read: " + e);
        }
        return routes;
    }

    private static Route read(
            Example program, Pattern pattern, String where, String example, String text) {
        Matcher matcher = pattern.matcher(text);
        if (matcher.matches()) {
            int depth = Integer.parseInt(matcher.group(2));
            try {
                int network = Ipv4Address.parse(matcher.group(1)).bits();
                if (depth <= ALL_BITS) {
                    return new Route(network, depth, Integer.parseInt(matcher.group(3)));
                }
            } catch (IllegalArgumentException e) {
                // Said below: no address.
            }
        }
        throw program.wrong(where + ": a route is such as " + example + ", not " + text);
    }

    /** Adds it to a table; the route of all addresses is two there, one for each half. */
    void addTo(Lpm lpm, int nextHop) {
        if (depth == 0) {
            lpm.add(0, 1, nextHop);
            lpm.add(1 << (ALL_BITS - 1), 1, nextHop);
        } else {
            lpm.add(network, depth, nextHop);
        }
    }
}
