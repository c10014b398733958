// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Objects;

/** Which dpdk4j this is. */
public final class Release {
    private Release() {}

    /**
     * What the build called it.
     *
     * @return a version of Maven, such as {@code 1.0.0}
     */
    public static String version() {
        // A resource that Maven fills in: a module's own version is lost when it is compiled.
        try (InputStream in =
                Objects.requireNonNull(Release.class.getResourceAsStream("version"))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
