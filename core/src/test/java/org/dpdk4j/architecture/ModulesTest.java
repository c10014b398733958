// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.module.ModuleDescriptor;
import java.lang.module.ModuleFinder;
import java.net.URL;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import org.dpdk4j.bindings.Dpdk;
import org.junit.jupiter.api.Test;

/** What the modules show and what they need, as their descriptors say. */
final class ModulesTest {
    @Test
    void shouldShowOfTheBindingsOnlyWhatIsHandWritten() throws Exception {
        ModuleDescriptor bindings = descriptor("org.dpdk4j.bindings", Dpdk.class);

        assertThat(exportedToAll(bindings)).containsExactly("org.dpdk4j.bindings");
        assertThat(required(bindings)).containsExactlyInAnyOrder("java.base", "org.jspecify");
    }

    @Test
    void shouldShowOfCoreTheApiAndTheHeaders() throws Exception {
        ModuleDescriptor core =
                descriptor("org.dpdk4j.core", Class.forName("org.dpdk4j.package-info"));

        assertThat(exportedToAll(core)).isSubsetOf("org.dpdk4j", "org.dpdk4j.net");
        assertThat(required(core))
                .isSubsetOf(
                        "java.base", "jdk.jfr", "org.dpdk4j.bindings", "org.jspecify", "org.slf4j");
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

    private static ModuleDescriptor descriptor(String name, Class<?> member) throws Exception {
        URL place = member.getProtectionDomain().getCodeSource().getLocation();
        return ModuleFinder.of(Path.of(place.toURI())).find(name).orElseThrow().descriptor();
    }
}
