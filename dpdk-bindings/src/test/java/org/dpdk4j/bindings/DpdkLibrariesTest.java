// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.bindings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which libraries are chosen; nothing is loaded here. */
class DpdkLibrariesTest {
    @TempDir Path directory;

    private DpdkLibraries find() {
        return DpdkLibraries.find(directory.toString(), "amd64");
    }

    private void touch(String name) throws IOException {
        Files.createFile(directory.resolve(name));
    }

    @Test
    void shouldTakeTheHighestSupportedAbi() throws IOException {
        touch("librte_eal.so.23");
        touch("librte_eal.so.25");
        touch("librte_eal.so.27");
        touch("librte_eal.so.26.0");
        touch("librte_eal.so.old");
        assertThat(find().abi()).isEqualTo(Abi.DPDK_24_11);
    }

    @Test
    void shouldLookFurtherInTheNextDirectory(@TempDir Path empty) throws IOException {
        touch("librte_eal.so.24");
        String path = empty + File.pathSeparator + "/no/such" + File.pathSeparator + directory;
        assertThat(DpdkLibraries.find(path, "amd64").abi()).isEqualTo(Abi.DPDK_23_11);
    }

    @Test
    void shouldRefuseAnUnknownAbiWithASentence() throws IOException {
        touch("librte_eal.so.22");
        assertThatThrownBy(this::find)
                .isInstanceOf(UnsatisfiedLinkError.class)
                .hasMessageContaining(directory + "/librte_eal.so.22")
                .hasMessageContaining("ABI 22 is not supported")
                .hasMessageContaining("23 (DPDK 22.11)");
    }

    @Test
    void shouldSayWhatIsMissing() {
        assertThatThrownBy(this::find)
                .isInstanceOf(UnsatisfiedLinkError.class)
                .hasMessageContaining("DPDK is not installed")
                .hasMessageContaining(directory.toString())
                .hasMessageContaining("dpdk4j.library.path");
    }

    @Test
    void shouldRefuseOtherArchitectures() {
        assertThatThrownBy(() -> DpdkLibraries.find(directory.toString(), "aarch64"))
                .isInstanceOf(UnsatisfiedLinkError.class)
                .hasMessageContaining("x86-64")
                .hasMessageContaining("aarch64");
    }

    @Test
    void shouldTakeDriversFromBelowAnExplicitDirectory() throws IOException {
        touch("librte_eal.so.25");
        assertThat(find().driverDirectory()).isEmpty();
        Path drivers = Files.createDirectories(directory.resolve("dpdk/pmds-25.0"));
        assertThat(find().driverDirectory()).contains(drivers);
    }
}
