// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.bindings;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIf;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is committed is what jextract makes of the installed headers. The one test that may be
 * absent: jextract is in no package, so most machines don't have it.
 */
@EnabledIf(value = "possible", disabledReason = "needs jextract on PATH and libdpdk-dev's headers")
class GenerateTest {
    private static final Path HEADERS = Path.of("/usr/include/dpdk");
    private static final Path MACHINE_HEADERS = Path.of("/usr/include/x86_64-linux-gnu/dpdk");
    private static final Path COMMITTED = Path.of("src/generated/java");

    static boolean possible() {
        return Files.isDirectory(HEADERS)
                && Stream.of(System.getenv("PATH").split(File.pathSeparator, -1))
                        .anyMatch(path -> Files.isExecutable(Path.of(path, "jextract")));
    }

    @Test
    void shouldBeWhatJextractGenerates(@TempDir Path output) throws Exception {
        int abi = abi();
        ProcessBuilder generate =
                new ProcessBuilder(
                        "./generate", "" + abi, HEADERS.toString(), MACHINE_HEADERS.toString());
        generate.environment().put("OUT", output.toString());
        Process process = generate.redirectErrorStream(true).start();
        String log = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(log).isZero();

        Map<String, String> made = files(output, List.of("abi" + abi, "rte"));
        assertThat(made).isNotEmpty();
        List<String> packages =
                made.keySet().stream().anyMatch(name -> name.contains("/rte/"))
                        ? List.of("abi" + abi, "rte")
                        : List.of("abi" + abi);
        assertThat(files(COMMITTED, packages)).isEqualTo(made);
    }

    private static Map<String, String> files(Path root, List<String> packages) throws Exception {
        Map<String, String> files = new TreeMap<>();
        for (String name : packages) {
            Path directory = root.resolve("org/dpdk4j/bindings").resolve(name);
            if (Files.isDirectory(directory)) {
                try (Stream<Path> paths = Files.list(directory)) {
                    for (Path path : paths.toList()) {
                        files.put(root.relativize(path).toString(), Files.readString(path));
                    }
                }
            }
        }
        return files;
    }

    private static int abi() throws Exception {
        String header = Files.readString(MACHINE_HEADERS.resolve("rte_build_config.h"));
        Matcher year = Pattern.compile("RTE_VER_YEAR (\\d+)").matcher(header);
        Matcher month = Pattern.compile("RTE_VER_MONTH (\\d+)").matcher(header);
        assertThat(year.find() && month.find()).isTrue();
        return Integer.parseInt(year.group(1)) + (Integer.parseInt(month.group(1)) >= 11 ? 1 : 0);
    }
}
