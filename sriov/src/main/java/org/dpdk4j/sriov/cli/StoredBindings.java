// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.binding.Binding;

/** What devices were bound to before {@code bind} took them, one file each, for {@code unbind}. */
final class StoredBindings {
    private final Path directory;

    StoredBindings(Path stateDirectory) {
        this.directory = stateDirectory.resolve("bindings");
    }

    Optional<Binding> find(PciAddress address) {
        Path file = file(address);
        try {
            return Optional.of(Binding.parse(Files.readString(file)));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failure("read", file, e);
        } catch (IllegalArgumentException e) {
            throw new SriovException(
                    file + " is damaged. Remove it, and unbind lets the kernel choose the driver.",
                    e);
        }
    }

    /** On the disk before the device is touched: a death between the two leaves a trace. */
    void store(Binding binding) {
        Path file = file(binding.address());
        Path draft = file.resolveSibling(file.getFileName() + ".new");
        try {
            Files.createDirectories(directory);
            try (FileChannel channel =
                    FileChannel.open(
                            draft,
                            StandardOpenOption.CREATE,
                            StandardOpenOption.TRUNCATE_EXISTING,
                            StandardOpenOption.WRITE)) {
                channel.write(
                        ByteBuffer.wrap((binding.text() + "\n").getBytes(StandardCharsets.UTF_8)));
                channel.force(true);
            }
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw failure("write", file, e);
        }
    }

    void remove(PciAddress address) {
        try {
            Files.deleteIfExists(file(address));
        } catch (IOException e) {
            throw failure("remove", file(address), e);
        }
    }

    private Path file(PciAddress address) {
        return directory.resolve(address.toString());
    }

    private static SriovException failure(String attempt, Path file, IOException e) {
        return new SriovException(
                "Can't "
                        + attempt
                        + " "
                        + file
                        + " ("
                        + reason(e)
                        + "). Run it as root, or name another place by DPDK4J_STATE.",
                e);
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        boolean named = e instanceof FileSystemException file && file.getReason() != null;
        return named ? ((FileSystemException) e).getReason() : String.valueOf(e.getMessage());
    }
}
