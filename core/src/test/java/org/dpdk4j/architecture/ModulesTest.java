// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.dpdk4j.Eal;
import org.dpdk4j.bindings.Dpdk;
import org.junit.jupiter.api.Test;

/** What the modules show and what they need, as their descriptors say. */
final class ModulesTest {
    @Test
    void shouldShowOfTheBindingsOnlyWhatIsHandWritten() throws URISyntaxException {
        ModuleDescriptor bindings = descriptor("org.dpdk4j.bindings", Dpdk.class);

        assertThat(exportedToAll(bindings)).containsExactly("org.dpdk4j.bindings");
        assertThat(required(bindings)).containsExactlyInAnyOrder("java.base", "org.jspecify");
    }

    @Test
    void shouldShowOfCoreTheApiAndTheHeaders() throws URISyntaxException {
        ModuleDescriptor core = descriptor("org.dpdk4j.core", Eal.class);

        assertThat(exportedToAll(core)).containsExactlyInAnyOrder("org.dpdk4j", "org.dpdk4j.net");
        assertThat(required(core))
                .isSubsetOf(
                        "com.fasterxml.jackson.core",
                        "java.base",
                        "jdk.jfr",
                        "org.dpdk4j.bindings",
                        "org.jspecify",
                        "org.slf4j");
    }

    private static Set<String> exportedToAll(ModuleDescriptor module) {
        return module.exports().stream()
                .filter(exports -> !exports.isQualified())
                .map(ModuleDescriptor.Exports::source)
                .collect(Collectors.toSet());
    }

    private static Set<String> required(ModuleDescriptor module) {
        return module.requires().stream()
                .map(ModuleDescriptor.Requires::name)
                .collect(Collectors.toSet());
    }

    private static ModuleDescriptor descriptor(String name, Class<?> member)
            throws URISyntaxException {
        URL place = member.getProtectionDomain().getCodeSource().getLocation();
        return ModuleFinder.of(Path.of(place.toURI())).find(name).orElseThrow().descriptor();
    }
}
