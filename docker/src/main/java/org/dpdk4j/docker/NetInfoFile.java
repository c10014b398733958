// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a container is told about its devices: {@code netinfo.json}, version 1, whose schema is
 * {@code netinfo.schema.json} beside this class.
 *
 * <p>The container sees the directory and not the file alone, so the file can be replaced as a
 * whole: a reader never sees half of it. Docker chooses addresses when the container starts, after
 * the file was written; the driver adds them then.
 */
public final class NetInfoFile {
    /** The directory in the container. */
    public static final String CONTAINER_DIRECTORY = "/run/dpdk4j";

    /** The file in the container. */
    public static final String CONTAINER_PATH = CONTAINER_DIRECTORY + "/netinfo.json";

    /** The environment variable that names it. */
    public static final String VARIABLE = "DPDK4J_NETINFO";

    private static final int VERSION = 1;
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Path path;
    private final Path directory;

    private NetInfoFile(Path path) {
        this.path = path;
        this.directory =
                Objects.requireNonNull(path.getParent(), "a file in a directory of its own");
    }

    /**
     * A file that is there or will be.
     *
     * @param path of it on the host
     * @return the file
     */
    public static NetInfoFile of(Path path) {
        return new NetInfoFile(path.toAbsolutePath());
    }

    /**
     * Where it is.
     *
     * @return its path on the host
     */
    public Path path() {
        return path;
    }

    /**
     * Writes it, with directories as needed.
     *
     * @param container its name
     * @param devices in the order in which they were asked for
     * @param hugepages where they are mounted in the container, if they are
     * @throws DockerException if it can't be written
     */
    public void write(String container, List<ContainerDevice> devices, Optional<String> hugepages) {
        ObjectNode root = JSON.createObjectNode();
        root.put("version", VERSION);
        root.put("container", container);
        ArrayNode array = root.putArray("devices");
        for (ContainerDevice device : devices) {
            array.add(json(device));
        }
        hugepages.ifPresent(directory -> root.putObject("hugepages").put("directory", directory));
        try {
            Files.createDirectories(directory);
            Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-xr-x"));
            replace(root);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /**
     * Adds what Docker chose when the container was started. The first device of the reservation
     * carries it; what was there of an earlier start is replaced.
     *
     * @param reservation whose first device it is
     * @param addresses with prefix lengths, such as {@code 40.0.0.2/24}
     * @param gateways their addresses
     * @throws DockerException if the file can't be read or written
     */
    public void endpoint(long reservation, List<String> addresses, List<String> gateways) {
        try (FileChannel lock =
                        FileChannel.open(
                                directory.resolveSibling("netinfo.lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock _ = lock.lock()) {
            JsonNode root = JSON.readTree(Files.readString(path));
            for (JsonNode device : root.path("devices")) {
                if (device instanceof ObjectNode object
                        && object.path("reservation").asLong() == reservation) {
                    texts(object.putArray("addresses"), addresses);
                    texts(object.putArray("gateways"), gateways);
                    break;
                }
            }
            replace(root);
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private void replace(JsonNode root) throws IOException {
        Path next = path.resolveSibling("netinfo.json.new");
        Files.writeString(next, JSON.writeValueAsString(root) + "\n");
        Files.setPosixFilePermissions(next, PosixFilePermissions.fromString("rw-r--r--"));
        Files.move(next, path, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private static ObjectNode json(ContainerDevice device) {
        ObjectNode json = JSON.createObjectNode();
        json.put("network", device.network());
        json.put("reservation", device.reservation());
        json.put("pciAddress", device.pciAddress().toString());
        device.driver().ifPresent(driver -> json.put("driver", driver));
        device.networkInterface().ifPresent(name -> json.put("interface", name));
        json.put("macAddress", device.macAddress().toString());
        texts(json.putArray("addresses"), List.of());
        texts(json.putArray("gateways"), List.of());
        device.vlan().ifPresent(vlan -> json.put("vlan", vlan));
        device.mtu().ifPresent(mtu -> json.put("mtu", mtu));
        device.numaNode().ifPresent(node -> json.put("numaNode", node));
        texts(json.putArray("deviceNodes"), device.deviceNodes());
        if (!device.rdmaDevices().isEmpty()) {
            texts(json.putArray("rdmaDevices"), device.rdmaDevices());
        }
        return json;
    }

    private static void texts(ArrayNode array, List<String> texts) {
        texts.forEach(array::add);
    }

    private DockerException failed(IOException e) {
        return new DockerException(
                "What the container is told can't be kept in " + path + ": " + e, e);
    }
}
