// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * The files that we keep for each container, by the number of its first reservation: what it is
 * told, and the name of its CDI spec. They live as long as the reservation does.
 */
public final class ContainerFiles {
    private static final String CDI = "cdi";
    private static final String RUN = "run";
    private static final String CID = "cid";

    private final Path directory;
    private final Path specs;

    private ContainerFiles(Path directory, Path specs) {
        this.directory = directory;
        this.specs = specs;
    }

    /**
     * Below the inventory's state directory.
     *
     * @param state that directory
     * @param specs where engines look for CDI specs, mostly {@link CdiSpec#DIRECTORY}
     * @return the files
     */
    public static ContainerFiles in(Path state, Path specs) {
        return new ContainerFiles(state.toAbsolutePath().resolve("containers"), specs);
    }

    /**
     * Below the inventory's state directory of this machine: {@code $DPDK4J_STATE}, else {@code
     * /var/lib/dpdk4j}.
     *
     * @return the files
     */
    public static ContainerFiles system() {
        String state = System.getenv("DPDK4J_STATE");
        return in(
                Path.of(state == null || state.isEmpty() ? "/var/lib/dpdk4j" : state),
                CdiSpec.DIRECTORY);
    }

    /**
     * What the container is told.
     *
     * @param reservation the container's first
     * @return the file, alone in a directory that the container sees
     */
    public NetInfoFile netInfo(long reservation) {
        return NetInfoFile.of(of(reservation).resolve(RUN).resolve("netinfo.json"));
    }

    /**
     * Where the engine's client writes the container's ID; not there yet.
     *
     * @param reservation the container's first
     * @return a path
     */
    public Path cid(long reservation) {
        return of(reservation).resolve(CID);
    }

    /**
     * Writes a container's CDI spec, whose name nobody else may have.
     *
     * @param reservation the container's first
     * @param spec to be written
     * @return its file
     * @throws DockerException if another container has that name, or it can't be written
     */
    public Path claimSpec(long reservation, CdiSpec spec) {
        Path file = spec.file(specs);
        try {
            Files.createDirectories(of(reservation));
            Files.createDirectories(specs);
            Files.writeString(of(reservation).resolve(CDI), file.toString());
            Path next = specs.resolve(".dpdk4j-" + reservation + ".new");
            Files.writeString(next, spec.json());
            Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
            try {
                // Unlike a move, this leaves alone what is there.
                Files.createLink(file, next);
            } finally {
                Files.delete(next);
            }
            return file;
        } catch (FileAlreadyExistsException e) {
            throw new DockerException(
                    "There is a container "
                            + spec.name()
                            + " with virtual functions already ("
                            + file
                            + "). Stop it (docker_run_dpdk stop --name="
                            + spec.name()
                            + "), or choose another name.",
                    e);
        } catch (IOException e) {
            throw new DockerException("The CDI spec " + file + " can't be written: " + e, e);
        }
    }

    /**
     * Removes everything of a container; nothing if there is nothing.
     *
     * @param reservation the container's first
     * @throws DockerException if something can't be removed
     */
    public void remove(long reservation) {
        Path mine = of(reservation);
        try {
            removeSpec(mine);
            while (Files.exists(mine)) {
                removeTree(mine);
            }
        } catch (IOException e) {
            throw new DockerException("Leftovers in " + mine + " can't be removed: " + e, e);
        }
    }

    private static void removeSpec(Path mine) throws IOException {
        try {
            Path spec = Path.of(Files.readString(mine.resolve(CDI)));
            // Only if it names our directory: the container's name may have found another.
            if (Files.readString(spec).contains(mine + "/")) {
                Files.deleteIfExists(spec);
            }
        } catch (NoSuchFileException _) {
            // There was none, or another process was faster: daemon and command both clean up.
        }
    }

    private static void removeTree(Path mine) throws IOException {
        try (Stream<Path> files = Files.walk(mine)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException _) {
            // Another process removes it, too: what is left is looked for once more.
        } catch (UncheckedIOException e) {
            if (!(e.getCause() instanceof NoSuchFileException)) {
                throw e.getCause();
            }
        }
    }

    /**
     * Removes what belongs to reservations that are no more.
     *
     * @param living numbers of all reservations, read after what is looked at here was made: a
     *     reservation is made before its files
     * @return the numbers whose files were removed
     */
    public List<Long> sweep(Supplier<Set<Long>> living) {
        List<Long> here;
        try (Stream<Path> files =
                Files.exists(directory) ? Files.list(directory) : Stream.empty()) {
            here =
                    files.map(file -> file.getFileName().toString())
                            .filter(name -> name.matches("[0-9]{1,18}"))
                            .map(Long::valueOf)
                            .sorted()
                            .toList();
        } catch (IOException e) {
            throw new DockerException("Directory " + directory + " can't be read: " + e, e);
        }
        Set<Long> alive = living.get();
        List<Long> gone = here.stream().filter(id -> !alive.contains(id)).toList();
        gone.forEach(this::remove);
        return gone;
    }

    private Path of(long reservation) {
        return directory.resolve(Long.toString(reservation));
    }
}
