// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.readme;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.dpdk4j.sriov.model.KernelModelProcess;
import org.dpdk4j.sriov.model.Machine;
import org.dpdk4j.testing.Forked;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The README shows what is compiled and does what it says, and points at what is there. */
class SriovReadmeTest {
    private static final Path TESTS = Path.of("src/test/java/org/dpdk4j/sriov");
    private static final Pattern JAVA = Pattern.compile("```java\n(.*?)```", Pattern.DOTALL);
    private static final Pattern LINK = Pattern.compile("\\]\\(([^)#:]+)\\)");
    private static final Pattern TEST = Pattern.compile("`(\\w+Test|\\w+Contract)`");

    @TempDir Path state;

    @Test
    void shouldShowAProgramThatIsCompiled() throws IOException {
        String program = Files.readString(TESTS.resolve("readme/Lend.java"));
        Matcher shown = JAVA.matcher(readme());
        assertThat(shown.find()).isTrue();
        assertThat(program).contains(shown.group(1).indent(4));
    }

    @Test
    void shouldShowAProgramThatLendsVfs() {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.igb())) {
            model.settle();
            final String before = model.snapshot();
            String out =
                    Forked.java(Lend.class)
                            .option(model.option())
                            .args("enp1s0", state.toString())
                            .run()
                            .requireSuccess()
                            .out();
            assertThat(out).isEqualTo("-a 0000:01:10.0\n-a 0000:01:10.2\n");
            assertThat(model.snapshot()).isEqualTo(before);
        }
    }

    @Test
    void shouldPointAtWhatIsThere() throws IOException {
        Matcher link = LINK.matcher(readme());
        int links = 0;
        while (link.find()) {
            assertThat(Path.of(link.group(1))).exists();
            links++;
        }
        assertThat(links).isPositive();
    }

    /** The table of what was shown where. */
    @Test
    void shouldNameTestsThatThereAre() throws IOException {
        List<String> files;
        try (Stream<Path> all = Files.walk(TESTS)) {
            files = all.map(file -> file.getFileName().toString()).toList();
        }
        String checks = Files.readString(Path.of("../lab/checks"));
        Matcher test = TEST.matcher(readme());
        int tests = 0;
        while (test.find()) {
            assertThat(files).contains(test.group(1) + ".java");
            tests++;
        }
        assertThat(tests).isGreaterThan(10);
        Matcher check = Pattern.compile("`lab/test (\\w+)`").matcher(readme());
        int named = 0;
        while (check.find()) {
            assertThat(checks).contains("check_" + check.group(1) + "()");
            named++;
        }
        assertThat(named).isGreaterThan(5);
    }

    private static String readme() throws IOException {
        return Files.readString(Path.of("README.md"));
    }
}
