// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The command line of {@code run}, taken apart: what is ours, what is Docker's and goes on
 * untouched, and from the image on what is the container's.
 *
 * @param own options of ours, each one word: {@code --name=x}
 * @param docker options of {@code docker run} as they were typed, in their order
 * @param values of Docker's options, the last one where there are several, by long name
 * @param image the image and what follows it; empty if there is none
 */
record RunLine(
        List<String> own, List<String> docker, Map<String, String> values, List<String> image) {
    /** What is ours, and whether it takes a value. */
    static final Map<String, Boolean> OWN =
            Map.ofEntries(
                    Map.entry("net", true),
                    Map.entry("network", true),
                    Map.entry("name", true),
                    Map.entry("numVf", true),
                    Map.entry("driver", true),
                    Map.entry("numa", true),
                    Map.entry("cpuset", true),
                    Map.entry("hugepages", true),
                    Map.entry("force", false),
                    Map.entry("dry-run", false),
                    Map.entry("json", false),
                    Map.entry("help", false));

    /** Copies what is mutable. */
    RunLine {
        own = List.copyOf(own);
        docker = List.copyOf(docker);
        values = Map.copyOf(values);
        image = List.copyOf(image);
    }

    /** Whether an option of Docker's that takes no value was given. */
    boolean flag(String name) {
        String value = values.get(name);
        return value != null && !value.equals("false") && !value.equals("0");
    }

    /** The value of an option of Docker's. */
    Optional<String> value(String name) {
        return Optional.ofNullable(values.get(name));
    }

    /**
     * Takes a command line apart.
     *
     * @param arguments after {@code run}
     * @param options of the client, asked for only if an option of Docker's is there
     * @throws NotUnderstood if an option is nobody's, or lacks its value
     */
    static RunLine split(List<String> arguments, Supplier<DockerOptions> options) {
        return new Splitter(arguments, options).split();
    }

    /** A command line that makes no sense; the message says where. */
    static final class NotUnderstood extends RuntimeException {
        private static final long serialVersionUID = 1L;

        NotUnderstood(String message) {
            super(message);
        }
    }

    private static final class Splitter {
        private final List<String> arguments;
        private final Supplier<DockerOptions> options;
        private final List<String> own = new ArrayList<>();
        private final List<String> docker = new ArrayList<>();
        private final Map<String, String> values = new LinkedHashMap<>();
        private int next;

        Splitter(List<String> arguments, Supplier<DockerOptions> options) {
            this.arguments = arguments;
            this.options = options;
        }

        RunLine split() {
            while (next < arguments.size()) {
                String argument = arguments.get(next);
                if (argument.equals("--")) {
                    next++;
                    docker.add(argument);
                    break;
                }
                // Docker takes a lone dash for an image, too.
                if (!argument.startsWith("-") || argument.equals("-")) {
                    break;
                }
                next++;
                if (argument.startsWith("--")) {
                    longOption(argument);
                } else {
                    shortOptions(argument);
                }
            }
            return new RunLine(own, docker, values, arguments.subList(next, arguments.size()));
        }

        private void longOption(String argument) {
            int equals = argument.indexOf('=');
            String name = argument.substring(2, equals < 0 ? argument.length() : equals);
            String value = equals < 0 ? null : argument.substring(equals + 1);
            Boolean ours = OWN.get(name);
            if (ours != null) {
                if (ours && value == null) {
                    value = following(argument);
                }
                own.add(value == null ? argument : "--" + name + "=" + value);
                return;
            }
            boolean takes =
                    options.get()
                            .takesValue(name)
                            .orElseThrow(() ->
                                    new NotUnderstood(
                                            "neither docker run nor docker_run_dpdk run has an"
                                                    + " option --"
                                                    + name));
            docker.add(argument);
            if (takes && value == null) {
                value = following(argument);
                docker.add(value);
            }
            values.put(name, value == null ? "true" : value);
        }

        /**
         * One or several in a word, the last of which may take the rest of the word for its value.
         */
        private void shortOptions(String argument) {
            docker.add(argument);
            for (int i = 1; i < argument.length(); i++) {
                char letter = argument.charAt(i);
                String name =
                        options.get()
                                .longName(letter)
                                .orElseThrow(() ->
                                        new NotUnderstood(
                                                "docker run has no option -"
                                                        + letter
                                                        + " (in "
                                                        + argument
                                                        + ")"));
                String rest = argument.substring(i + 1);
                if (options.get().takesValue(name).orElse(false)) {
                    @Nullable String value = rest.isEmpty() ? null : rest.replaceFirst("^=", "");
                    if (value == null) {
                        value = following("-" + letter);
                        docker.add(value);
                    }
                    values.put(name, value);
                    return;
                }
                if (rest.startsWith("=")) {
                    values.put(name, rest.substring(1));
                    return;
                }
                values.put(name, "true");
            }
        }

        private String following(String option) {
            if (next == arguments.size()) {
                throw new NotUnderstood("option " + option + " needs a value");
            }
            return arguments.get(next++);
        }
    }
}
