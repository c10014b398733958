// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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

    private ContainerFiles(Path directory) {
        this.directory = directory;
    }

    /**
     * Below the inventory's state directory.
     *
     * @param state that directory
     * @return the files
     */
    public static ContainerFiles in(Path state) {
        return new ContainerFiles(state.toAbsolutePath().resolve("containers"));
    }

    /**
     * Below the inventory's state directory of this machine: {@code $DPDK4J_STATE}, else {@code
     * /var/lib/dpdk4j}.
     *
     * @return the files
     */
    public static ContainerFiles system() {
        String state = System.getenv("DPDK4J_STATE");
        return in(Path.of(state == null || state.isEmpty() ? "/var/lib/dpdk4j" : state));
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
     * Notes a CDI spec, so that it goes when the container does. To be called before it is written.
     *
     * @param reservation the container's first
     * @param spec its file
     * @throws DockerException if that can't be noted
     */
    public void noteCdi(long reservation, Path spec) {
        try {
            Files.createDirectories(of(reservation));
            Files.writeString(of(reservation).resolve(CDI), spec.toString());
        } catch (IOException e) {
            throw new DockerException("Notes can't be kept in " + directory + ": " + e, e);
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
            if (Files.exists(mine.resolve(CDI))) {
                Files.deleteIfExists(Path.of(Files.readString(mine.resolve(CDI))));
            }
            if (Files.exists(mine)) {
                try (Stream<Path> files = Files.walk(mine)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.deleteIfExists(file);
                    }
                }
            }
        } catch (IOException e) {
            throw new DockerException("Leftovers in " + mine + " can't be removed: " + e, e);
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
