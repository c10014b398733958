// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.dpdk4j.Eal;
import org.dpdk4j.EthConf;
import org.dpdk4j.EthDev;
import org.dpdk4j.Mbuf;
import org.dpdk4j.MbufBurst;
import org.dpdk4j.PktmbufPool;
import org.dpdk4j.RxQueue;
import org.dpdk4j.Step;
import org.dpdk4j.TxQueue;
import org.dpdk4j.Worker;
import org.dpdk4j.WorkerContext;
import org.dpdk4j.bindings.memory.NativeMemory;
import org.dpdk4j.bindings.memory.Rehearsal;
import org.dpdk4j.net.Ethernet;
import org.dpdk4j.net.Ipv4;
import org.dpdk4j.testing.Forked;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Nothing on the packet path lies so deep that C2 leaves a call in it: from the worker's loop on,
 * 15 calls are put into one method, and an access to native memory takes six of them. Nor are there
 * so many accesses that they would be too many nodes for its graph. Nor does it depend on when
 * which part is compiled whether a call of a native function is put in.
 */
@RequiresDpdk
class InliningTest {
    private static final String TOO_DEEP = "inlining too deep";
    private static final String TOO_LARGE = "NodeCountInliningCutoff";

    /** The method of an access to native memory that the JDK does not force C2 to put in. */
    private static final String ACCESS = "name='maxAlignMask'";

    /** The method that each call of a native function begins with. */
    private static final String QUESTION = "name='checkSymbol'";

    private static final String TOO_BIG = "reason='too big'";

    @TempDir Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"io", "macswap", "5tswap", "csum", "rxonly", "txonly", "l3fwd"})
    void shouldLeaveNoCallWhereItForwards(String mode) throws IOException {
        assertThat(forwarding(mode))
                .noneMatch(task -> task.contains(TOO_DEEP) || task.contains(TOO_LARGE));
    }

    @Test
    void shouldHaveRoomForTwentyEightFields() throws IOException {
        String loop = workersLoop(forwarding(FieldReader.class.getName()));
        assertThat(isPutIn(loop, "seven")).isTrue();
        assertThat(loop).doesNotContain(TOO_DEEP).doesNotContain(TOO_LARGE);
    }

    @Test
    void shouldLeaveNoCallBelowSixOfTheApplications() throws IOException {
        assertThat(loop("5")).doesNotContain(TOO_DEEP);
    }

    @Test
    void shouldLeaveCallsBelowSeven() throws IOException {
        assertThat(loop("6")).contains(TOO_DEEP);
    }

    /**
     * Starting EAL has C2 compile such a call, all of it put in, before there is a burst: see
     * {@link Rehearsal}. Nothing of it may still wait for a compiler at the end.
     */
    @Test
    void shouldKnowOfCallsBeforeTheFirstBurst() throws IOException {
        List<String> asking =
                compilation(Forked.java(OnlyStarted.class).option("-Xbatch")).stream()
                        .filter(task -> task.contains(QUESTION))
                        .toList();
        assertThat(asking).isNotEmpty().noneMatch(task -> task.contains(TOO_BIG));
    }

    /** And each access to memory, with the method of the JDK put in that C2 may leave a call of. */
    @Test
    void shouldKnowOfAccessesBeforeTheFirstBurst() throws IOException {
        List<String> tasks = compilation(Forked.java(OnlyStarted.class).option("-Xbatch"));
        Map.of(
                        "getUnsignedShort", "getCharUnaligned",
                        "getInt", "getIntUnaligned",
                        "getLong", "getLongUnaligned",
                        "putShort", "putShortUnaligned",
                        "putInt", "putIntUnaligned",
                        "putLong", "putLongUnaligned")
                .forEach((access, method) ->
                        assertThat(tasks)
                                .filteredOn(task ->
                                        isOf(
                                                task,
                                                NativeMemory.class.getName() + " " + access + " "))
                                .as(access)
                                .anyMatch(task -> isPutIn(task, method)));
    }

    /** What C2 made of this project's methods where a mode or a function forwards. */
    private List<String> forwarding(String work) throws IOException {
        List<String> tasks =
                compilation(inOne(AllocationTest.Forwarding.class).args(work)).stream()
                        .filter(task -> isOf(task, "org.dpdk4j."))
                        .toList();
        assertThat(tasks).anyMatch(task -> task.contains(ACCESS));
        return tasks;
    }

    /** What it made of the worker's loop, with so many calls below a step. */
    private String loop(String calls) throws IOException {
        String loop = workersLoop(compilation(inOne(OwnCalls.class).args(calls)));
        assertThat(isPutIn(loop, "call1")).isTrue();
        assertThat(loop).doesNotContain(TOO_LARGE);
        return loop;
    }

    /** Of what C2 said of the worker's loop, the last. All of the path is in it. */
    private static String workersLoop(List<String> tasks) {
        String loop =
                tasks.stream()
                        .filter(task -> isOf(task, "org.dpdk4j.Worker poll "))
                        .reduce((first, second) -> second)
                        .orElseThrow();
        assertThat(loop).contains(ACCESS);
        return loop;
    }

    /** Whether a method is a part of the one that was compiled. */
    private static boolean isPutIn(String task, String name) {
        return Pattern.compile("<method id='(\\d+)'[^>]* name='" + name + "'")
                .matcher(task)
                .results()
                .anyMatch(method -> task.contains("<parse method='" + method.group(1) + "'"));
    }

    /**
     * How much of the path becomes one method depends on what happens to be compiled first. Here
     * all does, as if nothing had been.
     */
    private static Forked inOne(Class<?> main) {
        return Forked.java(main).option("-XX:InlineSmallCode=30000");
    }

    /** What C2 says of each method that it compiles. */
    private List<String> compilation(Forked jvm) throws IOException {
        Path log = directory.resolve("compilation.xml");
        jvm.option("-XX:+UnlockDiagnosticVMOptions", "-XX:+LogCompilation", "-XX:LogFile=" + log)
                .run()
                .requireSuccess();
        String text = Files.readString(log, StandardCharsets.ISO_8859_1);
        return Pattern.compile("<task (.*?)>(.*?)</task>", Pattern.DOTALL)
                .matcher(text)
                .results()
                // C1 gives its level.
                .filter(task -> !task.group(1).contains(" level='"))
                .map(MatchResult::group)
                .toList();
    }

    private static boolean isOf(String task, String method) {
        return task.substring(0, task.indexOf('>')).contains("method='" + method);
    }

    /** Runs nothing on EAL. */
    static final class OnlyStarted {
        public static void main(String[] args) {
            Eal.builder().detect().start().close();
        }
    }

    /** Looks at each packet so many calls below its step. */
    static final class OwnCalls {
        private static final int BURSTS = 300_000;

        /** Version, and lengths of a header and of a packet. */
        private static final int IPV4_BEGINS = 0x4500_0020;

        private final Ipv4 ip = new Ipv4();
        private int bursts;

        public static void main(String[] args) {
            OwnCalls calls = new OwnCalls();
            try (Eal eal = Eal.builder().detect().vdev("net_null0").start()) {
                PktmbufPool pool = eal.pktmbufPool("mbufs").create();
                EthDev device = eal.ethDev("net_null0");
                device.configure(EthConf.builder().build());
                device.setupRx(0, 1024, pool);
                device.setupTx(0, 1024);
                device.start();
                int below = Integer.parseInt(args[0]);
                try (Worker worker =
                        eal.worker(
                                eal.lcores().getLast(),
                                context -> calls.step(context, device, below))) {
                    worker.awaitStop();
                }
            }
        }

        private Step step(WorkerContext context, EthDev device, int below) {
            RxQueue rx = context.claimRx(device, 0);
            TxQueue tx = context.claimTx(device, 0);
            MbufBurst burst = context.burst(32);
            return new Step() {
                @Override
                public int run() {
                    int received = rx.receive(burst);
                    if (below == 5) {
                        call5(burst);
                    } else {
                        call6(burst);
                    }
                    tx.send(burst);
                    burst.freeRemaining();
                    if (++bursts == BURSTS) {
                        context.stop();
                    }
                    return received;
                }
            };
        }

        private void call6(MbufBurst burst) {
            call5(burst);
        }

        private void call5(MbufBurst burst) {
            call4(burst);
        }

        private void call4(MbufBurst burst) {
            call3(burst);
        }

        private void call3(MbufBurst burst) {
            call2(burst);
        }

        private void call2(MbufBurst burst) {
            call1(burst);
        }

        private void call1(MbufBurst burst) {
            for (int i = 0; i < burst.size(); i++) {
                Mbuf packet = burst.get(i);
                packet.setInt(Ethernet.HEADER_LENGTH, IPV4_BEGINS);
                if (ip.wrap(packet, Ethernet.HEADER_LENGTH)) {
                    ip.swapAddresses();
                }
            }
        }
    }
}
