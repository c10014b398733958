// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where a forwarder's packets come from and go to. The forwarder itself is the limit, or the
 * kernel, where that carries them.
 */
enum Transport {
    /** Receives new packets without end, and frees what is sent. */
    NET_NULL("net_null", 2, false) {
        @Override
        List<String> devices(Path directory, int frameBytes) {
            return List.of("net_null0,size=" + frameBytes, "net_null1,size=" + frameBytes);
        }
    },

    /** Two rings, each the receive and the transmit side of one port. */
    NET_RING("net_ring", 2, true) {
        @Override
        List<String> devices(Path directory, int frameBytes) {
            return List.of("net_ring0", "net_ring1");
        }
    },

    /** Two ends of one shared memory interface: what one port sends, the other receives. */
    MEMIF("memif", 2, true) {
        @Override
        List<String> devices(Path directory, int frameBytes) {
            String options =
                    ",id=0,socket-abstract=no,bsize=%d,socket=%s"
                            .formatted(bufferBytes(frameBytes), directory.resolve("memif.sock"));
            return List.of("net_memif0,role=server" + options, "net_memif1,role=client" + options);
        }
    },

    /**
     * A vhost-user port, which copies each packet out of and into the memory of its partner. That
     * is a virtio-user port in a testpmd on another CPU, with a packed ring and no buffers that are
     * merged: it has to have less to do than the forwarder. Where it has not, the rate tells how
     * two CPUs fight for a ring.
     */
    VHOST("vhost", 1, true) {
        @Override
        List<String> devices(Path directory, int frameBytes) {
            return List.of("net_vhost0,iface=" + socket(directory));
        }

        @Override
        List<String> partner(Path directory) {
            return List.of(
                    "--single-file-segments",
                    "--vdev",
                    "net_virtio_user0,queue_size=1024,mrg_rxbuf=0,in_order=1,packed_vq=1,path="
                            + socket(directory));
        }
    },

    /**
     * A packet socket at both ends of a pair of virtual interfaces: the kernel carries each packet.
     */
    AF_PACKET("af_packet", 2, true) {
        @Override
        List<String> capabilities() {
            // NET_ADMIN sets the interface up.
            return List.of("NET_RAW", "NET_ADMIN");
        }

        @Override
        List<String> devices(Path directory, int frameBytes) {
            return atBothEnds("net_af_packet%d,iface=%s", directory);
        }
    },

    /** The same with AF_XDP's sockets, whose rings the kernel shares. */
    AF_XDP("af_xdp", 2, true) {
        @Override
        List<String> capabilities() {
            // SYS_ADMIN loads the program that hands packets over, IPC_LOCK pins the buffers.
            return List.of("NET_RAW", "NET_ADMIN", "SYS_ADMIN", "IPC_LOCK");
        }

        @Override
        List<String> devices(Path directory, int frameBytes) {
            return atBothEnds("net_af_xdp%d,iface=%s", directory);
        }
    },

    /**
     * Two functions of a NIC, on a driver of DPDK's, between which the NIC itself carries the
     * packets. Each program has two of its own, which the user names.
     */
    VF("vf", 2, true) {
        @Override
        List<String> devices(Path directory, int frameBytes) {
            return List.of();
        }

        @Override
        boolean carries(String mode) {
            // A frame whose addresses were exchanged is for the port that sends it.
            return mode.equals("io");
        }

        @Override
        boolean lossy() {
            return true;
        }

        @Override
        int largestFrame() {
            return UNTAGGED_FRAME;
        }
    };

    private static final int SMALLEST_BUFFER = 2048;
    private static final int UNTAGGED_FRAME = 1514;
    private static final int ETHERNET_FRAME = 1518;

    private final String word;
    private final int ports;
    private final boolean circular;

    Transport(String word, int ports, boolean circular) {
        this.word = word;
        this.ports = ports;
        this.circular = circular;
    }

    String word() {
        return word;
    }

    /** How many ports a forwarder has: from one to the other, or back to where it came from. */
    int ports() {
        return ports;
    }

    /** Whether packets go round, so that there have to be some to start with. */
    boolean circular() {
        return circular;
    }

    /** Whether the kernel carries the packets, on interfaces that root has to make. */
    boolean byKernel() {
        return !capabilities().isEmpty();
    }

    /** Whether frames may be lost under way: by the kernel, or by a NIC. */
    boolean lossy() {
        return byKernel();
    }

    /** What a process may do that uses the kernel's interfaces; empty if this needs none. */
    List<String> capabilities() {
        return List.of();
    }

    /** The largest frame that is carried: through the kernel it is Ethernet's, with a tag. */
    int largestFrame() {
        return byKernel() ? ETHERNET_FRAME : Integer.MAX_VALUE;
    }

    /** What docker run has to be told about the network. */
    List<String> containerNetwork() {
        if (!byKernel()) {
            return List.of("--network", "none");
        }
        List<String> options = new ArrayList<>(List.of("--network", "host"));
        capabilities().forEach(capability -> options.addAll(List.of("--cap-add", capability)));
        return options;
    }

    /**
     * Whether a mode has something to do: packets that go round have to come in and go out, and
     * those that a driver makes up have no headers.
     */
    boolean carries(String mode) {
        return switch (mode) {
            case "io", "macswap" -> true;
            case "rxonly", "txonly" -> !circular;
            default -> circular;
        };
    }

    /** The virtual devices, for a process that keeps its sockets in a directory of its own. */
    abstract List<String> devices(Path directory, int frameBytes);

    /** What a partner connects to, and is there once the forwarder's port has started. */
    static Path socket(Path directory) {
        return directory.resolve("vhost.sock");
    }

    /** EAL's options for the testpmd on the other side, if there has to be one. */
    List<String> partner(Path directory) {
        return List.of();
    }

    @Override
    public String toString() {
        return word;
    }

    private static List<String> atBothEnds(String format, Path directory) {
        List<String> ends = Cable.ends(directory);
        return List.of(format.formatted(0, ends.getFirst()), format.formatted(1, ends.getLast()));
    }

    private static int bufferBytes(int frameBytes) {
        return Math.max(SMALLEST_BUFFER, (frameBytes + 127) / 128 * 128);
    }
}
