// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.Tuple;
import net.jqwik.api.lifecycle.AddLifecycleHook;
import net.jqwik.api.lifecycle.AfterContainer;
import org.dpdk4j.testing.DpdkProperty;
import org.dpdk4j.testing.Forked;

/**
 * Whatever is done to a table, it holds what a list of routes would that is searched one by one.
 */
class LpmPropertyTest {
    private static final int MAX_RULES = 40;
    private static final int GROUPS = 3;

    /** Few networks, so that routes meet; each looked at in full. */
    private static final int[] NETWORKS = {
        0, 0x0a000000, 0x0a000100, 0x0a010000, 0x80000000, 0xffffff00
    };

    private static Table table;

    /** One of the changes that can be done to a table. */
    record Change(char kind, int network, int depth, int nextHop) {
        static Change parse(String text) {
            String[] parts = text.split(":", -1);
            return new Change(
                    parts[0].charAt(0),
                    Integer.parseInt(parts[1]),
                    Integer.parseInt(parts[2]),
                    Integer.parseInt(parts[3]));
        }

        @Override
        public String toString() {
            return kind + ":" + network + ":" + depth + ":" + nextHop;
        }
    }

    @Provide
    static Arbitrary<List<Change>> changes() {
        Arbitrary<Character> kinds =
                Arbitraries.frequency(Tuple.of(30, '+'), Tuple.of(14, '-'), Tuple.of(1, 'x'));
        Arbitrary<Integer> networks =
                Combinators.combine(
                                Arbitraries.of(Arrays.stream(NETWORKS).boxed().toList()),
                                Arbitraries.oneOf(
                                        Arbitraries.of(0, 1, 128, 255),
                                        Arbitraries.integers().between(0, 255)))
                        .as((network, host) -> network | host);
        Arbitrary<Integer> depths =
                Arbitraries.oneOf(
                        Arbitraries.integers().between(1, 32),
                        Arbitraries.integers().between(23, 32));
        Arbitrary<Integer> nextHops = Arbitraries.integers().between(0, 0xffffff);
        return Combinators.combine(kinds, networks, depths, nextHops)
                .as(Change::new)
                .list()
                .ofMaxSize(120);
    }

    @Property(tries = 200)
    @AddLifecycleHook(DpdkProperty.class)
    void shouldHoldWhatAListOfRoutesWould(@ForAll("changes") List<Change> changes)
            throws IOException {
        if (table == null) {
            table = new Table();
        }
        Routes expected = new Routes();
        StringBuilder outcomes = new StringBuilder();
        changes.forEach(change -> outcomes.append(expected.apply(change)));
        assertThat(table.after(changes)).isEqualTo(outcomes + " " + expected.everywhere());
    }

    @AfterContainer
    static void end() throws Exception {
        if (table != null) {
            table.end();
        }
    }

    private static IntStream addresses() {
        return Arrays.stream(NETWORKS).flatMap(network -> IntStream.range(network, network + 256));
    }

    /** The other implementation: longest mask first, one route after the other. */
    private static final class Routes {
        private final Map<Integer, Map<Integer, Integer>> byDepth = new HashMap<>();

        String apply(Change change) {
            Map<Integer, Integer> routes = routes(change.depth);
            int network = change.network & mask(change.depth);
            if (change.kind == '-') {
                return routes.remove(network) == null ? "0" : "1";
            }
            if (change.kind == 'x') {
                byDepth.clear();
                return "x";
            }
            if (!routes.containsKey(network) && full(network, change.depth)) {
                return "!";
            }
            routes.put(network, change.nextHop);
            return "+";
        }

        private Map<Integer, Integer> routes(int depth) {
            return byDepth.computeIfAbsent(depth, d -> new HashMap<>());
        }

        private boolean full(int network, int depth) {
            if (byDepth.values().stream().mapToInt(Map::size).sum() == MAX_RULES) {
                return true;
            }
            List<Integer> groups =
                    IntStream.rangeClosed(25, 32)
                            .boxed()
                            .flatMap(longer -> routes(longer).keySet().stream())
                            .map(longer -> longer >>> 8)
                            .distinct()
                            .toList();
            return depth > 24 && groups.size() == GROUPS && !groups.contains(network >>> 8);
        }

        String everywhere() {
            return addresses().mapToObj(this::nextHop).collect(Collectors.joining(","));
        }

        private String nextHop(int address) {
            for (int depth = 32; depth > 0; depth--) {
                Integer nextHop = routes(depth).get(address & mask(depth));
                if (nextHop != null) {
                    return nextHop.toString();
                }
            }
            return "-1";
        }

        private static int mask(int depth) {
            return -1 << (32 - depth);
        }
    }

    /**
     * DPDK's table in a process of its own: a line with changes to it, a line with what is found.
     */
    private static final class Table {
        private final Process process = Forked.java(Server.class).start();
        private final PrintStream to =
                new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
        private final BufferedReader from =
                new BufferedReader(
                        new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));

        Table() throws IOException {}

        String after(List<Change> changes) throws IOException {
            to.println(changes.stream().map(Change::toString).collect(Collectors.joining(" ")));
            String answer = from.readLine();
            if (answer == null) {
                throw new AssertionError(
                        "the process with the table ended: "
                                + new String(
                                        process.getErrorStream().readAllBytes(),
                                        StandardCharsets.UTF_8));
            }
            return answer;
        }

        void end() throws InterruptedException {
            to.close();
            assertThat(process.waitFor()).isZero();
        }
    }

    /** That process. */
    static final class Server {
        public static void main(String[] args) throws IOException {
            BufferedReader in =
                    new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            try (Eal eal = Eal.builder().detect().noPci().start();
                    Lpm lpm = eal.lpm("t").maxRules(MAX_RULES).tbl8Groups(GROUPS).create()) {
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    lpm.deleteAll();
                    StringBuilder outcomes = new StringBuilder();
                    for (String change : line.isEmpty() ? new String[0] : line.split(" ", -1)) {
                        outcomes.append(apply(lpm, Change.parse(change)));
                    }
                    System.out.println(outcomes + " " + everywhere(lpm));
                }
            }
        }

        private static char apply(Lpm lpm, Change change) {
            if (change.kind == '-') {
                return lpm.delete(change.network, change.depth) ? '1' : '0';
            }
            if (change.kind == 'x') {
                lpm.deleteAll();
                return 'x';
            }
            try {
                lpm.add(change.network, change.depth, change.nextHop);
            } catch (DpdkException e) {
                return '!';
            }
            assertThat(lpm.rule(change.network, change.depth)).hasValue(change.nextHop);
            return '+';
        }

        private static String everywhere(Lpm lpm) {
            int[] addresses = addresses().toArray();
            int[] nextHops = new int[addresses.length];
            lpm.lookup(addresses, nextHops, addresses.length);
            List<String> found = new ArrayList<>();
            for (int i = 0; i < addresses.length; i++) {
                int alone = lpm.lookup(addresses[i]);
                found.add(alone == nextHops[i] ? "" + alone : alone + " alone, not " + nextHops[i]);
            }
            return String.join(",", found);
        }
    }
}
