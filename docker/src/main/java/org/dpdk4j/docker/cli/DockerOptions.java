// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which options {@code docker run} has, and which of them take a value: without that nobody can
 * tell where the image stands. Learned from the help of the client at hand.
 */
final class DockerOptions {
    /** " -e, --env list Set …": a word after one space is the value's type. */
    private static final Pattern LINE =
            Pattern.compile(
                    "^ {2,8}(?:-([A-Za-z0-9]), )?--([A-Za-z0-9][\\w-]*)(?: (\\S+))?(?: {2,}.*)?$");

    /** Not in the help, or only with some engines, and taken nevertheless. */
    private static final Set<String> HIDDEN =
            Set.of(
                    "annotation",
                    "cgroupns",
                    "cpu-count",
                    "cpu-percent",
                    "credentialspec",
                    "dns-opt",
                    "domainname",
                    "gpus",
                    "io-maxbandwidth",
                    "io-maxiops",
                    "isolation",
                    "kernel-memory",
                    "net",
                    "net-alias",
                    "platform",
                    "pull",
                    "runtime",
                    "userns");

    private final Map<String, Boolean> takesValue = new HashMap<>();
    private final Map<Character, String> shorts = new HashMap<>();

    private DockerOptions() {
        for (String name : HIDDEN) {
            takesValue.put(name, true);
        }
        takesValue.put("disable-content-trust", false);
    }

    /** Reads what {@code docker run --help} says. */
    static DockerOptions parse(String help) {
        DockerOptions options = new DockerOptions();
        help.lines()
                .forEach(line -> {
                    Matcher matcher = LINE.matcher(line);
                    if (matcher.matches()) {
                        String type = matcher.group(3);
                        // A type like string[="x"] is of an option whose value has to follow a "=".
                        options.takesValue.put(
                                matcher.group(2), type != null && !type.contains("[="));
                        if (matcher.group(1) != null) {
                            options.shorts.put(matcher.group(1).charAt(0), matcher.group(2));
                        }
                    }
                });
        return options;
    }

    /** How many the help names. */
    int count() {
        return takesValue.size();
    }

    /** Whether the option takes a value, or nothing if there is no such option. */
    Optional<Boolean> takesValue(String name) {
        return Optional.ofNullable(takesValue.get(name));
    }

    /** The long name of a short option. */
    Optional<String> longName(char letter) {
        return Optional.ofNullable(shorts.get(letter));
    }
}
