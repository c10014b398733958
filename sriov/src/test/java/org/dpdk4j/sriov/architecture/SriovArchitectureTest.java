// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The arrows between the module's packages, and the one door to Linux. */
final class SriovArchitectureTest {
    private static final String WORDS = "org.dpdk4j.sriov";
    private static final String KERNEL = WORDS + ".kernel";
    private static final String NETLINK = WORDS + ".netlink";
    private static final String SYSFS = WORDS + ".sysfs";
    private static final String PCI = WORDS + ".pci";
    private static final String PF = WORDS + ".pf";
    private static final String BINDING = WORDS + ".binding";
    private static final String HUGEPAGES = WORDS + ".hugepages";
    private static final String INVENTORY = WORDS + ".inventory";
    private static final String DOCTOR = WORDS + ".doctor";
    private static final String CLI = WORDS + ".cli";

    /** What each package may use of the module, and no more. */
    private static final Map<String, Set<String>> ARROWS =
            Map.ofEntries(
                    Map.entry(WORDS, Set.of()),
                    Map.entry(KERNEL, Set.of()),
                    Map.entry(NETLINK, Set.of(KERNEL)),
                    Map.entry(SYSFS, Set.of(WORDS, KERNEL)),
                    Map.entry(PCI, Set.of(WORDS, KERNEL, NETLINK, SYSFS)),
                    Map.entry(PF, Set.of(WORDS, KERNEL, NETLINK, SYSFS)),
                    Map.entry(BINDING, Set.of(WORDS, KERNEL, NETLINK, SYSFS, PCI)),
                    Map.entry(HUGEPAGES, Set.of(WORDS, KERNEL, SYSFS)),
                    Map.entry(INVENTORY, Set.of(WORDS, KERNEL, SYSFS, PCI, PF, BINDING)),
                    Map.entry(DOCTOR, Set.of(WORDS, KERNEL, SYSFS, PCI, BINDING, HUGEPAGES)),
                    Map.entry(CLI, Set.of(WORDS, KERNEL, PCI, PF, BINDING, INVENTORY, DOCTOR)));

    private static final JavaClasses MODULE =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages(WORDS);

    @Test
    void shouldHaveNoOtherArrowsThanThese() {
        assertThat(MODULE.stream().map(JavaClass::getPackageName)).containsOnly(packages());
        ARROWS.forEach((from, to) ->
                noClasses()
                        .that()
                        .resideInAPackage(from)
                        .should()
                        .dependOnClassesThat()
                        .resideInAnyPackage(
                                Stream.of(packages())
                                        .filter(name -> !name.equals(from) && !to.contains(name))
                                        .toArray(String[]::new))
                        .check(MODULE));
    }

    @Test
    void shouldHaveNoCycles() {
        slices().matching(WORDS + ".(*)").should().beFreeOfCycles().check(MODULE);
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
                        INVENTORY + ".Inventory",
                        INVENTORY + ".Journal",
                        INVENTORY + ".LockFile",
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

    private static String[] packages() {
        return ARROWS.keySet().toArray(String[]::new);
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
