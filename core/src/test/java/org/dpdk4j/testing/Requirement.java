// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import org.dpdk4j.bindings.Dpdk;

/** What a test may need of the machine besides a JVM. */
public enum Requirement {
    /** DPDK's libraries, of a version that we support. */
    DPDK {
        @Override
        Optional<String> unavailabilityCause() {
            return Dpdk.unavailabilityCause();
        }
    },

    /** A container engine that the {@code docker} command reaches. */
    DOCKER {
        @Override
        Optional<String> unavailabilityCause() {
            try {
                Process info =
                        new ProcessBuilder("docker", "version", "--format", "{{.Server.Version}}")
                                .redirectErrorStream(true)
                                .start();
                String output = new String(info.getInputStream().readAllBytes()).strip();
                return info.waitFor() == 0 ? Optional.empty() : Optional.of(output);
            } catch (IOException e) {
                return Optional.of(e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Optional.of("interrupted");
            }
        }
    },

    /** To run inside the machine of {@code lab/run}, whose NICs have SR-IOV. */
    LAB {
        @Override
        Optional<String> unavailabilityCause() {
            return System.getenv("DPDK4J_LAB") == null
                    ? Optional.of("this is not the lab's machine; lab/test runs it there")
                    : Optional.empty();
        }
    },

    /** To be root: for network namespaces, TAP devices and raw sockets. */
    ROOT {
        @Override
        Optional<String> unavailabilityCause() {
            try {
                Object uid = Files.getAttribute(Path.of("/proc/self"), "unix:uid");
                return uid.equals(0) ? Optional.empty() : Optional.of("runs as user " + uid);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    };

    /** The system property that names, separated by commas, what must be there. */
    static final String PROPERTY = "dpdk4j.require";

    /** Why this machine lacks it, or empty where it has it. */
    abstract Optional<String> unavailabilityCause();

    /** The word for it in tags and in the property. */
    String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether the caller of the build asked for the tests that need this. */
    boolean requested() {
        return Arrays.asList(System.getProperty(PROPERTY, "").split("\\s*,\\s*")).contains(word());
    }
}
