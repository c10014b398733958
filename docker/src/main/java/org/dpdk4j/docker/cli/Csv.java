// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Fields in one line as Docker's client reads them: a field with a comma or quote is quoted. */
final class Csv {
    private Csv() {}

    static List<String> split(String line) {
        List<String> fields = new ArrayList<>();
        StringBuilder field = new StringBuilder();
        boolean quoted = false;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quoted) {
                boolean twice = c == '"' && i + 1 < line.length() && line.charAt(i + 1) == '"';
                if (twice) {
                    i++;
                }
                if (c == '"' && !twice) {
                    quoted = false;
                } else {
                    field.append(c);
                }
            } else if (c == '"' && field.isEmpty()) {
                quoted = true;
            } else if (c == ',') {
                fields.add(field.toString());
                field.setLength(0);
            } else {
                field.append(c);
            }
        }
        fields.add(field.toString());
        return fields;
    }

    static String join(List<String> fields) {
        return fields.stream()
                .map(field ->
                        field.indexOf(',') >= 0 || field.indexOf('"') >= 0
                                ? '"' + field.replace("\"", "\"\"") + '"'
                                : field)
                .collect(Collectors.joining(","));
    }
}
