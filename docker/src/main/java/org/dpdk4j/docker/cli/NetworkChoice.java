// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network as {@code --net} takes it: a name, or Docker's longer form, {@code
 * name=mynet,ip=40.0.0.9}.
 *
 * @param name of the network, or its ID
 * @param fields the rest of the longer form, such as {@code ip=40.0.0.9}
 */
record NetworkChoice(String name, List<String> fields) {
    private static final String NAME = "name=";

    /** Copies what is mutable. */
    NetworkChoice {
        fields = List.copyOf(fields);
    }

    /** Reads what was typed, as Docker's own client does: a "=" makes it the longer form. */
    static NetworkChoice parse(String text) {
        if (text.indexOf('=') < 0) {
            if (text.isBlank() || text.startsWith("-")) {
                throw new RunLine.NotUnderstood("no name of a network: \"" + text + "\"");
            }
            return new NetworkChoice(text, List.of());
        }
        Optional<String> name = Optional.empty();
        List<String> fields = new ArrayList<>();
        for (String field : Csv.split(text)) {
            if (field.startsWith(NAME)) {
                name = Optional.of(field.substring(NAME.length()));
            } else {
                fields.add(field);
            }
        }
        return new NetworkChoice(
                name.orElseThrow(() ->
                        new RunLine.NotUnderstood(
                                "which network? There is no name= in --net=" + text)),
                fields);
    }

    /** A field's value. */
    Optional<String> field(String key) {
        return fields.stream()
                .filter(field -> field.startsWith(key + "="))
                .map(field -> field.substring(key.length() + 1))
                .findFirst();
    }

    /** The option for {@code docker run}, as it was meant. */
    String plain() {
        List<String> all = new ArrayList<>(List.of(NAME + name));
        all.addAll(fields);
        return fields.isEmpty() ? name : Csv.join(all);
    }

    /** The same, with what tells the driver which reservation is meant. */
    String with(String reservation) {
        List<String> all = new ArrayList<>(List.of(NAME + name));
        all.addAll(fields);
        all.add("driver-opt=dpdk4j.reservation=" + reservation);
        return Csv.join(all);
    }
}
