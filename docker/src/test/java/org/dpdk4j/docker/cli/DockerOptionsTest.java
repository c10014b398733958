// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dpdk4j.testing.RequiresDocker;
import org.junit.jupiter.api.Test;

/** What was learned from the help of the client at hand, against what that client itself does. */
class DockerOptionsTest {
    private static final Pattern NAME = Pattern.compile("(?m)^ +(?:-(\\w), )?--([a-z][a-z0-9-]+)");

    @Test
    @RequiresDocker
    void shouldKnowOfEachOptionWhetherItTakesAValue() throws Exception {
        String help = docker("run", "--help");
        DockerOptions options = DockerOptions.parse(help);
        TreeMap<String, Boolean> truth = new TreeMap<>();
        TreeMap<String, Boolean> learned = new TreeMap<>();
        Matcher names = NAME.matcher(help);
        List<String> words = new ArrayList<>();
        while (names.find()) {
            words.add("--" + names.group(2));
            if (names.group(1) != null) {
                words.add("-" + names.group(1));
            }
        }
        words.addAll(List.of("--net", "--net-alias", "--dns-opt"));
        for (String word : words) {
            if (word.equals("--help")) {
                continue;
            }
            String name =
                    word.startsWith("--")
                            ? word.substring(2)
                            : options.longName(word.charAt(1)).orElseThrow();
            // As the last word, one that takes a value lacks it, and one that takes none lacks an
            // image.
            truth.put(word, docker("run", word).contains("flag needs an argument"));
            learned.put(word, options.takesValue(name).orElseThrow());
        }
        assertThat(learned).isEqualTo(truth).hasSizeGreaterThan(90);
        assertThat(truth.values()).contains(true, false);
    }

    private static String docker(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    }
}
