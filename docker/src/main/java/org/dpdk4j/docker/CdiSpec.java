// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;

/**
 * The Container Device Interface's description of what a container gets, so that an engine that
 * reads such takes {@code --device dpdk4j.org/vf=NAME} and nothing more: Docker from 25 on, podman,
 * containerd.
 *
 * @param name of the device, which is the container's
 * @param deviceNodes exact paths
 * @param uid owner of the nodes in the container, if not the host's
 * @param gid group of the nodes in the container, if not the host's
 * @param environment variables
 * @param mounts from paths of the host to paths of the container, all read-only
 */
public record CdiSpec(
        String name,
        List<String> deviceNodes,
        OptionalInt uid,
        OptionalInt gid,
        Map<String, String> environment,
        Map<String, String> mounts) {
    /** What all our devices are. */
    public static final String KIND = "dpdk4j.org/vf";

    /** Where engines look for specs that outlive a reboot, as the containers do. */
    public static final Path DIRECTORY = Path.of("/etc/cdi");

    /** The oldest version that has all we use; older readers refuse newer ones. */
    private static final String VERSION = "0.5.0";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** Copies what is mutable. */
    public CdiSpec {
        deviceNodes = List.copyOf(deviceNodes);
        environment = Map.copyOf(environment);
        mounts = Map.copyOf(mounts);
    }

    /**
     * What an engine's {@code --device} takes.
     *
     * @return such as {@code dpdk4j.org/vf=web}
     */
    public String device() {
        return KIND + "=" + name;
    }

    /**
     * Where it is kept.
     *
     * @param directory of specs
     * @return the file
     */
    public Path file(Path directory) {
        return directory.resolve("dpdk4j-" + name + ".json");
    }

    /**
     * The file's content.
     *
     * @return JSON
     */
    public String json() {
        ObjectNode root = JSON.createObjectNode();
        root.put("cdiVersion", VERSION);
        root.put("kind", KIND);
        ObjectNode device = root.putArray("devices").addObject();
        device.put("name", name);
        ObjectNode edits = device.putObject("containerEdits");
        ArrayNode env = edits.putArray("env");
        environment.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> env.add(entry.getKey() + "=" + entry.getValue()));
        ArrayNode nodes = edits.putArray("deviceNodes");
        for (String path : deviceNodes) {
            // No "m": who may make nodes could make others than these.
            ObjectNode node = nodes.addObject().put("path", path).put("permissions", "rw");
            uid.ifPresent(id -> node.put("uid", id));
            gid.ifPresent(id -> node.put("gid", id));
        }
        ArrayNode list = edits.putArray("mounts");
        mounts.entrySet().stream()
                .sorted(Map.Entry.comparingByKey())
                .forEach(entry -> {
                    ObjectNode mount = list.addObject();
                    mount.put("hostPath", entry.getKey()).put("containerPath", entry.getValue());
                    mount.putArray("options").add("ro").add("bind").add("nosuid").add("nodev");
                });
        try {
            return JSON.writeValueAsString(root) + "\n";
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
