// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.architecture;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.dependencies.SliceAssignment;
import com.tngtech.archunit.library.dependencies.SliceIdentifier;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The arrows between packages, and who may touch what is dangerous. */
final class ArchitectureTest {
    private static final String API = "org.dpdk4j";
    private static final String NET = "org.dpdk4j.net..";
    private static final String BINDINGS = "org.dpdk4j.bindings..";
    private static final String[] GENERATED = {
        "org.dpdk4j.bindings.rte..", "org.dpdk4j.bindings.abi*.."
    };

    /** All that may call what the JDK calls restricted. Each name here has to earn its place. */
    private static final List<String> RESTRICTED_CALLERS =
            List.of(
                    "org.dpdk4j.bindings.DpdkLibraries",
                    "org.dpdk4j.bindings.memory.Libc",
                    "org.dpdk4j.bindings.memory.NativeCall",
                    "org.dpdk4j.bindings.memory.NativeLog",
                    "org.dpdk4j.bindings.memory.NativeMemory");

    private static final JavaClasses LIBRARIES =
            new ClassFileImporter()
                    .withImportOption(new ImportOption.DoNotIncludeTests())
                    .importPackages("org.dpdk4j");

    private static final DescribedPredicate<JavaClass> HAND_WRITTEN =
            DescribedPredicate.not(resideInAnyPackage(GENERATED)).as("hand-written classes");

    @Test
    void shouldSeeAllPackages() {
        assertThat(LIBRARIES.stream().map(JavaClass::getPackageName).distinct())
                .contains(
                        "org.dpdk4j",
                        "org.dpdk4j.net",
                        "org.dpdk4j.bindings",
                        "org.dpdk4j.bindings.memory",
                        "org.dpdk4j.bindings.rte",
                        "org.dpdk4j.bindings.abi23");
    }

    @Test
    void shouldPointFromNetToApiToBindings() {
        noClasses()
                .that()
                .resideInAPackage(BINDINGS)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(API, NET)
                .check(LIBRARIES);
        noClasses()
                .that()
                .resideInAPackage(API)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(NET)
                .check(LIBRARIES);
    }

    @Test
    void shouldHaveNoCyclesBetweenPackages() {
        slices().assignedFrom(new PackageSlices()).should().beFreeOfCycles().check(LIBRARIES);
    }

    @Test
    void shouldDependOnNothingButTheJdkAndOurFewLibraries() {
        classes()
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage(
                        "java..",
                        "com.fasterxml.jackson.core..",
                        "jdk.jfr..",
                        "org.dpdk4j..",
                        "org.slf4j..",
                        "org.jspecify..")
                .check(LIBRARIES);
        classes()
                .that()
                .resideInAPackage(BINDINGS)
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("java..", BINDINGS, "org.jspecify..")
                .check(LIBRARIES);
    }

    @Test
    void shouldUseGeneratedCodeOnlyWhereItIsWrapped() {
        noClasses()
                .that(HAND_WRITTEN)
                .and(DescribedPredicate.not(resideInAnyPackage(API, "org.dpdk4j.bindings")))
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(GENERATED)
                .check(LIBRARIES);
        // The layouts of one ABI are reached by its number, never by name: any may be the loaded
        // one.
        noClasses()
                .that(HAND_WRITTEN)
                .should()
                .dependOnClassesThat(resideInAPackage("org.dpdk4j.bindings.abi*.."))
                .check(LIBRARIES);
    }

    @Test
    void shouldCallRestrictedMethodsFromFewClasses() {
        assertThat(
                        LIBRARIES.stream()
                                .filter(HAND_WRITTEN)
                                .flatMap(from -> from.getAccessesFromSelf().stream())
                                .filter(ArchitectureTest::restricted)
                                .map(access -> outermost(access.getOriginOwner()).getName())
                                .distinct())
                .containsExactlyInAnyOrderElementsOf(RESTRICTED_CALLERS);
    }

    @Test
    void shouldNeverUseTheInsidesOfTheJdk() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("sun..", "com.sun..", "jdk.internal..")
                .check(LIBRARIES);
    }

    @Test
    void shouldNeverWriteToStandardStreams() {
        noClasses().that(HAND_WRITTEN).should(ACCESS_STANDARD_STREAMS).check(LIBRARIES);
    }

    @Test
    void shouldNameClassesAfterWhatTheyAre() {
        noClasses()
                .that(HAND_WRITTEN)
                .should()
                .haveNameMatching(".*(Manager|Helper|Utils?|Impl)")
                .check(LIBRARIES);
    }

    @Test
    void shouldNotBeOpenToSubclassesByAccident() {
        classes()
                .that(HAND_WRITTEN)
                .and()
                .arePublic()
                .and()
                .areNotInterfaces()
                .and()
                .areNotAssignableTo(Throwable.class)
                .and(
                        describe(
                                "are concrete",
                                type -> !type.getModifiers().contains(JavaModifier.ABSTRACT)))
                .and(describe("are no enums", type -> !type.isEnum()))
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(LIBRARIES);
    }

    private static boolean restricted(JavaAccess<?> access) {
        return access.getTarget()
                .resolveMember()
                .map(member -> member.isAnnotatedWith("jdk.internal.javac.Restricted"))
                .orElse(false);
    }

    private static JavaClass outermost(JavaClass type) {
        return type.getEnclosingClass().map(ArchitectureTest::outermost).orElse(type);
    }

    private static final class PackageSlices implements SliceAssignment {
        @Override
        public SliceIdentifier getIdentifierOf(JavaClass type) {
            return SliceIdentifier.of(type.getPackageName());
        }

        @Override
        public String getDescription() {
            return "packages";
        }
    }
}
