// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/**
 * Arrows between packages, and the one that must not be: from a call of Docker's back to Docker.
 */
class DockerArchitectureTest {
    private static final JavaClasses CLASSES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("org.dpdk4j.docker");

    @Test
    void shouldNotAskDockerWhileDockerAsks() {
        noClasses()
                .that()
                .haveNameMatching(
                        "org\\.dpdk4j\\.docker\\.driver\\.(Calls|NetworkDriver|Networks|Endpoints"
                                + "|PluginServer|RequestBody)(\\$.*)?")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.dpdk4j.docker.engine")
                .because("Docker waits for the answer with its locks held")
                .check(CLASSES);
    }

    @Test
    void shouldHaveNoCyclesBetweenPackages() {
        slices().matching("org.dpdk4j.(**)").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void shouldKeepCommandAndDaemonApart() {
        noClasses()
                .that()
                .resideInAPackage("org.dpdk4j.docker.cli")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.dpdk4j.docker.driver")
                .check(CLASSES);
        noClasses()
                .that()
                .resideInAPackage("org.dpdk4j.docker.driver")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("org.dpdk4j.docker.cli")
                .check(CLASSES);
    }
}
