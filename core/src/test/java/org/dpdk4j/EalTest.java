// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.dpdk4j.bindings.Dpdk;
import org.dpdk4j.testing.Forked;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Starting EAL, and every way of not starting it. */
@RequiresDpdk
class EalTest {
    @Test
    void shouldStartOnceAndLeaveTheProgramsThreadsAlone() {
        Forked.Result result = Forked.java(StartsOnce.class).run().requireSuccess();
        assertThat(result.out()).as("nothing of DPDK's on standard output").isEqualTo("done\n");
        assertThat(result.err()).contains("dpdk.EAL").doesNotContain("WARNING");
    }

    @SuppressWarnings("try") // closes by hand to see what a second close does
    static final class StartsOnce {
        public static void main(String[] args) throws Exception {
            int before = Runtime.getRuntime().availableProcessors();
            Path runtime = Path.of("/var/run/dpdk");
            try (Eal eal = Eal.builder().detect().vdev("net_null0").start()) {
                assertThat(Runtime.getRuntime().availableProcessors()).isEqualTo(before);
                assertThat(Eal.version()).startsWith("DPDK 2");
                assertThat(eal.lcores()).contains(eal.mainLcore());
                assertThat(eal.workerLcores()).doesNotContain(eal.mainLcore());
                assertThat(eal.ethDevs()).extracting(EthDev::name).containsExactly("net_null0");
                assertThat(eal.ethDev("net_null0")).isSameAs(eal.ethDev(0));
                Path own = runtime.resolve(eal.arguments().getLast());
                if (Files.isDirectory(own)) {
                    Instant longAgo = Instant.now().minus(Duration.ofDays(1));
                    Files.setLastModifiedTime(own, FileTime.from(longAgo));
                }
                assertThatThrownBy(() -> Eal.builder().detect().start())
                        .isInstanceOf(DpdkException.class)
                        .hasMessageContaining("only once");
                assertThat(Files.exists(own.resolve("config")))
                        .as("its files stay")
                        .isEqualTo(Files.isDirectory(own));
                assertThatThrownBy(() -> eal.ethDev("net_null7"))
                        .isInstanceOf(DpdkException.class)
                        .hasMessageContaining("name=net_null7")
                        .hasMessageContaining("No such device");
                assertThatThrownBy(() -> eal.ethDev(31))
                        .isInstanceOf(DpdkException.class)
                        .hasMessageContaining("port=31")
                        .hasMessageContaining("of=[net_null0]");
                assertThatThrownBy(() -> eal.ethDev(-1)).isInstanceOf(DpdkException.class);
                eal.close();
                eal.close();
                assertThatThrownBy(eal::ethDevs).isInstanceOf(IllegalStateException.class);
                assertThatThrownBy(() -> eal.pktmbufPool("late"))
                        .isInstanceOf(IllegalStateException.class);
                assertThat(own).doesNotExist();
            }
            assertThatThrownBy(() -> Eal.builder().detect().start())
                    .hasMessageContaining("only once");
            System.out.println("done");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    --help               | end the process
                    -h                   | end the process
                    --log-level=help     | end the process
                    --log-level help     | end the process
                    --syslog             | write --syslog=FACILITY
                    -c 0xf000            | may run on CPUs
                    -cxyz                | not a mask of CPUs
                    --bogus              | EAL has no such option
                    --proc-type=auto     | primary processes alone
                    --no-hug             | EAL has no such option
                    stray                | EAL has no such option
                    --vdev               | it needs a value
                    -l                   | it needs a value
                    -l abc               | not a CPU number
                    -l 4095              | may run on CPUs
                    --lcores (0-1        | EAL: invalid .*lcore
                    --vdev net_bogus0    | net_bogus0
                    --iova-mode=xy       | EAL: .*nvalid.*command line'? arguments
                    --main-lcore 77      | EAL says: EAL
                    """)
    void shouldTurnAWrongCommandLineIntoAnException(String options, String reason) {
        Forked.Result result =
                Forked.java(TriesToStart.class).args(options.split(" ")).run().requireSuccess();
        assertThat(result.out()).startsWith("rte_eal_init(").containsPattern(reason);
        assertThat(result.out().lines()).hasSize(1);
        assertThat(result.err()).doesNotContain("Usage");
    }

    static final class TriesToStart {
        public static void main(String[] args) {
            try (Eal eal = Eal.builder().detect().arguments(args).start()) {
                System.out.println("started with " + eal.arguments());
            } catch (DpdkException e) {
                System.out.println(e.getMessage());
            }
        }
    }

    /** As where CPUs are isolated for DPDK, and the JVM's own threads have the others. */
    @Test
    void shouldStartOnCpusThatTheJvmIsKeptAwayFrom() {
        List<String> cpus = List.of(Surroundings.here().cpus().toString().split("[-,]"));
        Forked.Result result =
                Forked.java(TriesToStart.class)
                        .under("taskset", "-c", cpus.getFirst())
                        .args("-l", cpus.getLast())
                        .run()
                        .requireSuccess();
        assertThat(result.out()).startsWith("started with [-l, " + cpus.getLast());
    }

    @Test
    void shouldSayThatADeviceIsNotThere() {
        Forked.Result result =
                Forked.java(TriesToStart.class).args("-a", "0000:ff:1f.7").run().requireSuccess();
        assertThat(result.out()).startsWith("started with ");
        assertThat(result.err()).contains("0000:ff:1f.7 is no port of DPDK: there is no such");
    }

    @Test
    void shouldNotTakeServiceLcoresForLcores() {
        Forked.Result result = Forked.java(WithServiceLcore.class).run().requireSuccess();
        assertThat(result.out()).contains("lcores: [0]");
    }

    static final class WithServiceLcore {
        public static void main(String[] args) {
            String[] line =
                    "-l 0-1 -S 1 --no-huge -m 64 --no-pci --file-prefix service".split(" ", -1);
            try (Eal eal = Eal.builder().arguments(line).start()) {
                System.out.println("lcores: " + eal.lcores());
            }
        }
    }

    @Test
    void shouldNameTheReasonWhereDpdkGivesNoNumber() {
        Forked.java(StartsBesideAnother.class).run().requireSuccess();
    }

    static final class StartsBesideAnother {
        public static void main(String[] args) {
            assertThat(Eal.version()).as("before the start").startsWith("DPDK");
            String prefix = "dpdk4j_beside_" + ProcessHandle.current().pid();
            String[] options = {
                "--no-huge", "-m", "64", "--no-pci", "--no-telemetry", "--file-prefix", prefix
            };
            try (Eal eal = Eal.builder().arguments(options).start()) {
                assertThat(eal.ethDevs()).isEmpty();
                String out =
                        Forked.java(TriesToStart.class).args(options).run().requireSuccess().out();
                assertThat(out).contains("rte_eal_init(").doesNotContain("Success");
            }
            new FilePrefix(prefix).removeFiles();
        }
    }

    @Test
    void shouldSayWhatIsMissingWithoutDpdk(@TempDir Path empty) {
        Forked.Result result =
                Forked.java(TriesToStart.class)
                        .option("-Ddpdk4j.library.path=" + empty)
                        .run()
                        .requireSuccess();
        assertThat(result.out()).contains("DPDK is not installed", empty.toString(), "apt install");
    }

    @Test
    void shouldRefuseAnAbiThatIsNotSupported(@TempDir Path directory) throws Exception {
        Files.createFile(directory.resolve("librte_eal.so.99"));
        Forked.Result result =
                Forked.java(TriesToStart.class)
                        .option("-Ddpdk4j.library.path=" + directory)
                        .run()
                        .requireSuccess();
        assertThat(result.out()).contains("librte_eal.so.99", "ABI 99 is not supported", "22.11");
    }

    @Test
    void shouldSayThatTheLibraryIsBroken(@TempDir Path directory) throws Exception {
        for (String name : List.of("librte_eal.so.23", "librte_kvargs.so.23")) {
            Files.writeString(directory.resolve(name), "no library");
        }
        Forked.Result result =
                Forked.java(TriesToStart.class)
                        .option("-Ddpdk4j.library.path=" + directory)
                        .run()
                        .requireSuccess();
        assertThat(result.out()).startsWith("dlopen(").contains("librte_kvargs.so.23");
    }

    @Test
    void shouldNoticeADpdkThatIsNotWhatItsNameSays(@TempDir Path directory) throws Exception {
        Path installed = installedLibraries();
        int abi = Dpdk.abi().number();
        int pretended = abi == 23 ? 24 : 23;
        try (DirectoryStream<Path> libraries =
                Files.newDirectoryStream(installed, "librte_*.so." + abi)) {
            for (Path library : libraries) {
                String name = library.getFileName().toString();
                String alias = name.substring(0, name.lastIndexOf('.') + 1) + pretended;
                Files.createSymbolicLink(directory.resolve(alias), library);
            }
        }
        Forked.Result result =
                Forked.java(TriesToStart.class)
                        .option("-Ddpdk4j.library.path=" + directory)
                        .run()
                        .requireSuccess();
        assertThat(result.out())
                .startsWith("layout check(abi=" + pretended)
                .contains("is " + abi + " instead of " + pretended);
    }

    private static Path installedLibraries() throws IOException {
        // Loading maps the files, and the kernel knows where they are.
        Dpdk.address("rte_eal_init");
        for (String line : Files.readAllLines(Path.of("/proc/self/maps"))) {
            int path = line.indexOf('/');
            if (path >= 0 && line.contains("/librte_eal.so")) {
                return Path.of(line.substring(path)).getParent();
            }
        }
        throw new AssertionError("librte_eal is not mapped");
    }

    @Test
    void shouldRunTheSameWithoutDetection() {
        Forked.java(TriesToStartPlainly.class)
                .args("--no-huge", "-m", "64", "--no-pci", "--file-prefix", "dpdk4j_test_plain")
                .run()
                .requireSuccess();
    }

    static final class TriesToStartPlainly {
        public static void main(String[] args) {
            try (Eal eal = Eal.builder().arguments(args).start()) {
                assertThat(eal.arguments()).containsExactly(args);
                assertThat(eal.ethDevs()).isEmpty();
            }
            new FilePrefix(args[args.length - 1]).removeFiles();
        }
    }
}
