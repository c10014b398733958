// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.dpdk4j.bindings.Abi;
import org.dpdk4j.bindings.Dpdk;
import org.dpdk4j.testing.RequiresDpdk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Asks the C compiler, with DPDK's installed headers, for the size of every struct and the offset
 * of every field that was generated for the loaded ABI, and for the type of every function.
 */
@RequiresDpdk
class LayoutProbeTest {
    private static final String HEADER = "../dpdk-bindings/src/jextract/dpdk.h";
    private static final String ALLOWED = "../dpdk-bindings/src/jextract/structs.includes";

    @TempDir Path directory;

    @Test
    void shouldAgreeWithTheCompiler() throws Exception {
        Map<String, Long> believed = believed();
        assertThat(believed).hasSizeGreaterThan(200).containsKey("rte_mbuf.next");
        StringBuilder source = new StringBuilder();
        source.append("#include <stddef.h>\n#include \"")
                .append(Path.of(HEADER).toRealPath())
                .append("\"\nint main(void) {\n");
        for (String name : believed.keySet()) {
            int dot = name.indexOf('.');
            String type = type(dot < 0 ? name : name.substring(0, dot));
            String number =
                    dot < 0
                            ? "sizeof(" + type + ")"
                            : "offsetof(" + type + ", " + name.substring(dot + 1) + ")";
            source.append("printf(\"")
                    .append(name)
                    .append(" %zu\\n\", ")
                    .append(number)
                    .append(");\n");
        }
        source.append("return 0;\n}\n");
        Map<String, Long> measured = new TreeMap<>();
        for (String line : compileAndRun(source.toString()).lines().toList()) {
            int space = line.indexOf(' ');
            measured.put(line.substring(0, space), Long.valueOf(line.substring(space + 1)));
        }
        assertThat(believed).containsExactlyInAnyOrderEntriesOf(measured);
    }

    /** A name ending in _t is a typedef in DPDK, any other a struct. */
    private static String type(String name) {
        return name.endsWith("_t") ? name : "struct " + name;
    }

    private static Map<String, Long> believed() throws Exception {
        Map<String, Long> believed = new TreeMap<>();
        Abi abi = Dpdk.abi();
        for (String line : Files.readAllLines(Path.of(ALLOWED))) {
            if (line.startsWith("--include")) {
                String name = line.substring(line.indexOf(' ') + 1);
                collect(name, abi, believed);
            }
        }
        return believed;
    }

    private static void collect(String name, Abi abi, Map<String, Long> believed)
            throws ReflectiveOperationException {
        Class<?> type;
        try {
            type = Class.forName("org.dpdk4j.bindings.abi" + abi.number() + "." + name);
        } catch (ClassNotFoundException e) {
            // Allowed, but this ABI has no such struct.
            return;
        }
        GroupLayout layout = (GroupLayout) type.getMethod("layout").invoke(null);
        believed.put(name, layout.byteSize());
        fields(name, layout, 0, believed);
    }

    private static void fields(
            String prefix, GroupLayout group, long base, Map<String, Long> into) {
        long at = base;
        for (MemoryLayout member : group.memberLayouts()) {
            String name = member.name().orElse("");
            boolean anonymous = name.startsWith("$anon$");
            String path = anonymous ? prefix : prefix + "." + name;
            if (!anonymous && !name.isEmpty()) {
                into.put(path, at);
            }
            if (member instanceof GroupLayout inner && !name.isEmpty()) {
                fields(path, inner, at, into);
            }
            at += group instanceof java.lang.foreign.UnionLayout ? 0 : member.byteSize();
        }
    }

    private String compileAndRun(String source) throws Exception {
        Path file = Files.writeString(directory.resolve("probe.c"), source);
        Path program = directory.resolve("probe");
        List<String> command = new ArrayList<>(List.of("gcc", "-O0", "-w"));
        command.addAll(List.of(run("pkg-config", "--cflags", "libdpdk").strip().split("\\s+")));
        command.addAll(List.of("-o", program.toString(), file.toString()));
        run(command.toArray(String[]::new));
        return run(program.toString());
    }

    private static String run(String... command) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor())
                .as(List.of(command).stream().collect(Collectors.joining(" ")) + "\n" + output)
                .isZero();
        return output;
    }
}
