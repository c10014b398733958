// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Real interfaces for the VFs of a model, so that Docker has something to move: each is one end of
 * a veth pair whose other end is a port of a bridge. What the model changes is done to them; when
 * they leave the network namespace of the model's process, the model's have left, too.
 *
 * <p>Unlike a VF a veth dies with its namespace: then a new one takes its place here.
 */
final class VethBacking {
    private static final Path INTERFACES = Path.of("/sys/class/net");

    private final NetModel net;
    private final String bridge;
    private final Map<Integer, Veth> veths = new HashMap<>();

    /** What was last told to the real interface. */
    private record Veth(String name, long mac, int mtu) {
        static Veth of(Netdev netdev) {
            return new Veth(netdev.name, netdev.mac, netdev.mtu);
        }
    }

    VethBacking(NetModel net, String bridge) {
        this.net = net;
        this.bridge = bridge;
        ip(List.of("link add " + bridge + " type bridge", "link set " + bridge + " up"));
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /** Brings model and machine in step. */
    void refresh() {
        List<String> commands = new ArrayList<>();
        veths.keySet()
                .removeIf(index -> {
                    boolean gone = !net.netdevs.containsKey(index);
                    if (gone && exists(peer(index))) {
                        commands.add("link del " + peer(index));
                    }
                    return gone;
                });
        for (Netdev netdev : List.copyOf(net.netdevs.values())) {
            // Those whose names udev is still to give are left for later.
            if (netdev.device != null
                    && netdev.device.physfn != null
                    && !netdev.name.startsWith("eth")) {
                refresh(netdev, commands);
            }
        }
        ip(commands);
    }

    private void refresh(Netdev netdev, List<String> commands) {
        Veth before = veths.get(netdev.index);
        if (before == null || !exists(peer(netdev.index))) {
            create(netdev, commands);
            return;
        }
        boolean here = exists(before.name);
        if (netdev.elsewhere == here) {
            net.move(netdev, !here);
        }
        if (here && !before.equals(Veth.of(netdev))) {
            set(netdev, before.name, commands);
        }
    }

    private void create(Netdev netdev, List<String> commands) {
        if (netdev.elsewhere) {
            net.move(netdev, false);
        }
        String peer = peer(netdev.index);
        commands.add("link add " + netdev.name + " type veth peer name " + peer);
        commands.add("link set " + peer + " master " + bridge);
        commands.add("link set " + peer + " mtu 9216 up");
        set(netdev, netdev.name, commands);
    }

    private void set(Netdev netdev, String name, List<String> commands) {
        if (!name.equals(netdev.name)) {
            commands.add("link set " + name + " name " + netdev.name);
        }
        commands.add(
                "link set " + netdev.name + " address " + netdev.macText() + " mtu " + netdev.mtu);
        veths.put(netdev.index, Veth.of(netdev));
    }

    private void close() {
        List<String> commands = new ArrayList<>();
        veths.keySet().stream()
                .map(this::peer)
                .filter(VethBacking::exists)
                .forEach(peer -> commands.add("link del " + peer));
        commands.add("link del " + bridge);
        ip(commands);
    }

    private String peer(int index) {
        return bridge + "p" + index;
    }

    private static boolean exists(String name) {
        return Files.exists(INTERFACES.resolve(name));
    }

    private static void ip(List<String> commands) {
        if (commands.isEmpty()) {
            return;
        }
        try {
            Process process =
                    new ProcessBuilder("ip", "-batch", "-").redirectErrorStream(true).start();
            try (var in = process.getOutputStream()) {
                in.write(String.join("\n", commands).getBytes(StandardCharsets.UTF_8));
            }
            String said = new String(process.getInputStream().readAllBytes());
            if (process.waitFor() != 0) {
                throw new IllegalStateException(commands + ": " + said);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
