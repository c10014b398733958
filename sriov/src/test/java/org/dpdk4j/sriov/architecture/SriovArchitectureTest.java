// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The arrows between the module's packages, and the one door to Linux. */
final class SriovArchitectureTest {
    private static final String CLI = "org.dpdk4j.sriov.cli";
    private static final String API = "org.dpdk4j.sriov";
    private static final String NETLINK = "org.dpdk4j.sriov.netlink";
    private static final String KERNEL = "org.dpdk4j.sriov.kernel";

    private static final JavaClasses MODULE =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(API);

    @Test
    void shouldPointFromTheCommandToTheApiToNetlinkToTheKernel() {
        assertThat(MODULE.stream().map(JavaClass::getPackageName).distinct())
                .containsExactlyInAnyOrder(CLI, API, NETLINK, KERNEL);
        noClasses()
                .that()
                .resideInAPackage(KERNEL)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(NETLINK, API, CLI)
                .check(MODULE);
        noClasses()
                .that()
                .resideInAPackage(NETLINK)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(API, CLI)
                .check(MODULE);
        noClasses()
                .that()
                .resideInAPackage(API)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(CLI)
                .check(MODULE);
    }

    @Test
    void shouldCallRestrictedMethodsFromOneClass() {
        assertThat(callers(SriovArchitectureTest::restricted)).containsExactly(KERNEL + ".Libc");
    }

    /** Otherwise the model could not stand in for Linux. */
    @Test
    void shouldAskLinuxThroughTheSeamAlone() {
        assertThat(callers(access -> access.getTargetOwner().isEquivalentTo(ProcessBuilder.class)))
                .containsExactly(KERNEL + ".Modprobe");
        // Files of our own: the journal and its locks, and what the command bound.
        assertThat(callers(access -> access.getTargetOwner().isEquivalentTo(Files.class)))
                .isSubsetOf(
                        KERNEL + ".Modprobe",
                        API + ".Inventory",
                        API + ".Journal",
                        API + ".LockFile",
                        CLI + ".StoredBindings");
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveFullyQualifiedName("java.io.File")
                .check(MODULE);
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("java.net.http..", "sun..", "com.sun..", "jdk.internal..")
                .check(MODULE);
    }

    @Test
    void shouldDependOnFewLibraries() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "javax.sql..",
                        "com.fasterxml.jackson.core..",
                        "org.dpdk4j.sriov..",
                        "org.jspecify..",
                        "org.slf4j..",
                        "org.sqlite..",
                        "picocli..")
                .check(MODULE);
        noClasses()
                .that()
                .resideOutsideOfPackage(CLI)
                .should()
                .dependOnClassesThat()
                .resideInAPackage("picocli..")
                .check(MODULE);
    }

    @Test
    void shouldWriteToStandardStreamsOnlyInTheCommand() {
        noClasses()
                .that()
                .resideOutsideOfPackage(CLI)
                .should(ACCESS_STANDARD_STREAMS)
                .check(MODULE);
    }

    private static Stream<String> callers(Predicate<JavaAccess<?>> wanted) {
        return MODULE.stream()
                .flatMap(from -> from.getAccessesFromSelf().stream())
                .filter(wanted)
                .map(access -> outermost(access.getOriginOwner()).getName())
                .distinct();
    }

    private static boolean restricted(JavaAccess<?> access) {
        return access.getTarget()
                .resolveMember()
                .map(member -> member.isAnnotatedWith("jdk.internal.javac.Restricted"))
                .orElse(false);
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(SriovArchitectureTest::outermost).orElse(type);
    }
}
