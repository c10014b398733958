// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LinuxKernelTest {
    private final Kernel kernel = LinuxKernel.INSTANCE;
    @TempDir private Path directory;

    @Test
    void shouldReadAFileWholeWithoutItsLastNewline() throws IOException {
        Path file = directory.resolve("long");
        String text = "0123456789\n".repeat(1000);
        Files.writeString(file, text);
        assertThat(kernel.read(file.toString())).isEqualTo(text.substring(0, text.length() - 1));
        assertThat(kernel.read("/proc/sys/kernel/ostype")).isEqualTo("Linux");
    }

    @Test
    void shouldWriteByOneCallToAFileThatExists() throws IOException {
        Path file = directory.resolve("attribute");
        Files.createFile(file);
        kernel.write(file.toString(), "4");
        assertThat(Files.readString(file)).isEqualTo("4");
        failsWith(Errno.ENOENT, () -> kernel.write(directory + "/missing", "4"));
        assertThat(directory.resolve("missing")).doesNotExist();
        failsWith(Errno.EISDIR, () -> kernel.write(directory.toString(), "4"));
        // What open allows, write may refuse; its errno must not be lost.
        failsWith(Errno.ENOSPC, () -> kernel.write("/dev/full", "4"));
    }

    @Test
    void shouldListNamesInOrder() throws IOException {
        for (int i = 0; i < 2000; i++) {
            Files.createFile(directory.resolve("name-" + (9999 - i)));
        }
        List<String> names = kernel.list(directory.toString());
        assertThat(names).hasSize(2000).isSorted().startsWith("name-8000").endsWith("name-9999");
        failsWith(Errno.ENOENT, () -> kernel.list(directory + "/missing"));
        failsWith(Errno.ENOTDIR, () -> kernel.list(directory + "/name-9999"));
    }

    @Test
    void shouldReadLinksAsTheyAreWritten() throws IOException {
        Files.createSymbolicLink(directory.resolve("link"), Path.of("../drivers/igb"));
        assertThat(kernel.readLink(directory + "/link")).isEqualTo("../drivers/igb");
        failsWith(Errno.EINVAL, () -> kernel.readLink(directory.toString()));
        failsWith(Errno.ENOENT, () -> kernel.readLink(directory + "/missing"));
    }

    @Test
    void shouldTellWhatAFileIs() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r-----"));
        Files.createSymbolicLink(directory.resolve("link"), Path.of("nowhere"));
        int uid = (int) Files.getAttribute(file, "unix:uid");
        int gid = (int) Files.getAttribute(file, "unix:gid");
        long inode = (long) Files.getAttribute(file, "unix:ino");
        assertThat(kernel.status(file.toString()))
                .contains(new FileStatus(FileStatus.Type.FILE, 0x1a0, uid, gid, inode));
        assertThat(kernel.status(directory.toString()).orElseThrow().type())
                .isEqualTo(FileStatus.Type.DIRECTORY);
        assertThat(kernel.status(directory + "/link").orElseThrow().type())
                .isEqualTo(FileStatus.Type.LINK);
        FileStatus device = kernel.status("/dev/null").orElseThrow();
        assertThat(device)
                .isEqualTo(
                        new FileStatus(
                                FileStatus.Type.CHARACTER_DEVICE, 0x1b6, 0, 0, device.inode()));
        assertThat(kernel.status(directory + "/missing")).isEmpty();
        assertThat(kernel.status(file + "/below")).isEmpty();
    }

    @Test
    void shouldMakeAndRemoveDirectories() throws KernelException {
        String path = directory + "/made";
        kernel.makeDirectory(path);
        failsWith(Errno.EEXIST, () -> kernel.makeDirectory(path));
        kernel.makeDirectory(path + "/below");
        failsWith(Errno.ENOTEMPTY, () -> kernel.removeDirectory(path));
        kernel.removeDirectory(path + "/below");
        kernel.removeDirectory(path);
        failsWith(Errno.ENOENT, () -> kernel.removeDirectory(path));
    }

    @Test
    void shouldChangeTheMode() throws IOException {
        Path file = Files.createFile(directory.resolve("file"));
        FileStatus before = kernel.status(file.toString()).orElseThrow();
        kernel.own(file.toString(), before.uid(), before.gid(), 0x180);
        assertThat(kernel.status(file.toString()).orElseThrow().mode()).isEqualTo(0x180);
        failsWith(Errno.ENOENT, () -> kernel.own(directory + "/missing", 0, 0, 0x180));
    }

    @Test
    void shouldKnowWhoWeAre() throws IOException {
        assertThat(kernel.effectiveUid())
                .isEqualTo(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
        String limit =
                Files.readAllLines(Path.of("/proc/self/limits")).stream()
                        .filter(line -> line.startsWith("Max locked memory"))
                        .findFirst()
                        .orElseThrow()
                        .split(" +", -1)[3];
        long bytes = limit.equals("unlimited") ? Long.MAX_VALUE : Long.parseLong(limit);
        assertThat(kernel.memlockBytes()).isEqualTo(bytes);
    }

    @Test
    void shouldRefuseNamesThatCWouldCutShort() {
        failsWith(Errno.EINVAL, () -> kernel.read("/proc/sys/kernel/ostype\0.txt"));
        failsWith(Errno.EINVAL, () -> kernel.loadModule("../vfio"));
        failsWith(Errno.EINVAL, () -> kernel.loadModule("-r"));
    }

    @Test
    void shouldSayThatThereIsNoSuchModule() {
        failsWith(Errno.ENOENT, () -> kernel.loadModule("no_such_module_of_dpdk4j"));
    }

    @Test
    void shouldKeepBytesThatAreNoText() {
        byte[] odd = {'e', (byte) 0xff, 'h', (byte) 0xc3, (byte) 0xbc, (byte) 0xc3, '0'};
        assertThat(LinuxText.encode(LinuxText.decode(odd))).isEqualTo(odd);
        assertThat(LinuxText.decode(odd)).contains("ü").hasSize(6);
        String name = "ünï-🙂";
        assertThat(LinuxText.decode(name.getBytes(StandardCharsets.UTF_8))).isEqualTo(name);
        assertThat(LinuxText.encode(name)).isEqualTo(name.getBytes(StandardCharsets.UTF_8));
    }

    private static void failsWith(int errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KernelException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }
}
