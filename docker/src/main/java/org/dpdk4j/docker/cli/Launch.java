// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.dpdk4j.docker.CdiSpec;
import org.dpdk4j.docker.DeviceNodes;
import org.dpdk4j.docker.DockerException;
import org.dpdk4j.docker.NetworkOptions;
import org.dpdk4j.docker.engine.ContainerOwners;
import org.dpdk4j.docker.engine.EngineInfo;
import org.dpdk4j.docker.engine.EngineNetwork;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.hugepages.HugepagePool;
import org.dpdk4j.sriov.hugepages.Hugepages;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.inventory.Reservation;
import org.dpdk4j.sriov.inventory.ReservationRequest;
import org.dpdk4j.sriov.inventory.Selector;

/**
 * Brings a container to life: reserve, set up, bind, tell, {@code docker run}. Until Docker has the
 * container, the reservations belong to this process; if it fails they are given back, and if it is
 * killed the next reconciliation does so. From then on they are the container's.
 */
final class Launch {
    private final DockerRunDpdk.Machine machine;
    private final RunRequest request;
    private final Optional<RunPlan.Owner> owner;
    private final String ownerPrefix;
    private final SecureRandom random = new SecureRandom();

    Launch(DockerRunDpdk.Machine machine, RunRequest request) {
        this(machine, request, ContainerOwners.PREFIX);
    }

    /** For an owner of another kind: {@link Containers#RESERVED}. */
    Launch(DockerRunDpdk.Machine machine, RunRequest request, String ownerPrefix) {
        this.machine = machine;
        this.request = request;
        this.owner = owner(request);
        this.ownerPrefix = ownerPrefix;
    }

    /** The plan without anything done, so that what only a reservation tells is a placeholder. */
    RunPlan plan() {
        Surroundings around = Surroundings.ask(machine.engine(), request.networks());
        List<RunPlan.Net> nets = new ArrayList<>();
        List<RunPlan.Device> devices = new ArrayList<>();
        int place = 0;
        for (int i = 0; i < around.networks().size(); i++) {
            EngineNetwork network = around.networks().get(i);
            if (!Surroundings.ours(network)) {
                nets.add(new RunPlan.Net(request.networks().get(i), Optional.empty()));
                continue;
            }
            nets.add(new RunPlan.Net(request.networks().get(i), Optional.of("ID" + (place + 1))));
            int count = request.vfs(place++, (int) around.ours());
            for (int vf = 1; vf <= count; vf++) {
                String address = "PCI_ADDRESS_" + (devices.size() + 1);
                devices.add(
                        new RunPlan.Device(
                                network.name(),
                                address,
                                Devices.placeholders(request.driver(), devices.size() + 1),
                                "/sys/bus/pci/devices/" + address));
            }
        }
        return plan(
                around,
                request.name().orElse("NAME"),
                nets,
                devices,
                machine.files().netInfo(0).path().toString().replace("/0/", "/ID1/"),
                "CIDFILE");
    }

    /** Runs the container, and says its exit code. */
    int run(PrintWriter out, PrintWriter err, boolean json) {
        request.line().value("cidfile").ifPresent(Launch::requireNew);
        Surroundings around = Surroundings.ask(machine.engine(), request.networks());
        try (Signals signals = Signals.catching();
                Inventory inventory = machine.inventory()) {
            machine.files().sweep(() -> Containers.ids(inventory));
            Taken taken = new Taken(inventory);
            RunPlan plan;
            try {
                plan = prepare(around, inventory, taken, signals);
            } catch (RuntimeException | Error e) {
                taken.giveBack(e);
                throw e;
            }
            if (request.driver().unsafe()) {
                err.println(
                        "docker_run_dpdk: with "
                                + request.driver()
                                + " the container reaches all of this machine's memory"
                                + " (SYS_ADMIN, SYS_RAWIO, device files).");
                err.flush();
            }
            return new Handover(machine, inventory, taken.ids, plan, signals)
                    .run(request.line(), out, json);
        }
    }

    /** As the client does itself, later: it writes to no file that is there, and we read it. */
    private static void requireNew(String cidFile) {
        if (cidFile.isEmpty() || Files.exists(Path.of(cidFile))) {
            throw new DockerException(
                    "--cidfile \""
                            + cidFile
                            + "\" must name a file that isn't there yet: is another container's ID"
                            + " in it?");
        }
    }

    /** Everything but the call of Docker, for a container of another engine. */
    RunPlan reserve() {
        Surroundings around = Surroundings.ask(machine.engine(), request.networks());
        try (Signals signals = Signals.catching();
                Inventory inventory = machine.inventory()) {
            machine.files().sweep(() -> Containers.ids(inventory));
            Taken taken = new Taken(inventory);
            try {
                RunPlan plan = prepare(around, inventory, taken, signals);
                // From here on it outlives this process.
                taken.ids.forEach(id -> inventory.attach(id, ""));
                return plan;
            } catch (RuntimeException | Error e) {
                taken.giveBack(e);
                throw e;
            }
        }
    }

    /** Everything up to the call of Docker. */
    private RunPlan prepare(
            Surroundings around, Inventory inventory, Taken taken, Signals signals) {
        String name = request.name().orElseGet(() -> "dpdk-" + hex(4));
        List<RunPlan.Net> nets = new ArrayList<>();
        List<Devices.Granted> granted = new ArrayList<>();
        Devices devices = new Devices(machine.kernel(), request);
        int place = 0;
        for (int i = 0; i < around.networks().size(); i++) {
            EngineNetwork network = around.networks().get(i);
            NetworkChoice choice = request.networks().get(i);
            if (!Surroundings.ours(network)) {
                nets.add(new RunPlan.Net(choice, Optional.empty()));
                continue;
            }
            Reservation reservation =
                    reserve(
                            inventory,
                            network,
                            request.vfs(place++, (int) around.ours()),
                            name,
                            around.engine().id());
            taken.ids.add(reservation.id());
            signals.check();
            nets.add(new RunPlan.Net(choice, Optional.of(Long.toString(reservation.id()))));
            Optional<String> mac = choice.field("mac-address");
            if (mac.isEmpty() && nets.size() == 1) {
                mac = request.line().value("mac-address");
            }
            granted.addAll(
                    devices.grant(
                            inventory,
                            reservation,
                            network.name(),
                            NetworkOptions.parse(network.options()),
                            mac,
                            signals));
        }
        owner.ifPresent(user -> {
            devices.own(granted, user);
            for (long id : taken.ids) {
                inventory.remember(id, Map.of(DeviceNodes.OWNER, user.uid() + ":" + user.gid()));
            }
        });
        long first = taken.ids.getFirst();
        RunPlan plan =
                plan(
                        around,
                        name,
                        nets,
                        granted.stream().map(Devices.Granted::planned).toList(),
                        machine.files().netInfo(first).path().toString(),
                        machine.files().cid(first).toString());
        machine.files()
                .netInfo(first)
                .write(
                        name,
                        granted.stream().map(Devices.Granted::device).toList(),
                        plan.hugepages().map(_ -> RunPlan.HUGEPAGES));
        Path spec = machine.files().claimSpec(first, plan.spec());
        for (long id : taken.ids) {
            Map<String, String> metadata = new HashMap<>();
            metadata.put("netinfo", machine.files().netInfo(first).path().toString());
            metadata.put("cdi", spec.toString());
            inventory.remember(id, metadata);
        }
        signals.check();
        return plan;
    }

    private RunPlan plan(
            Surroundings around,
            String name,
            List<RunPlan.Net> nets,
            List<RunPlan.Device> devices,
            String netInfo,
            String cidFile) {
        return new RunPlan(
                name,
                nets,
                devices,
                request.driver(),
                netInfo.substring(0, netInfo.lastIndexOf('/')),
                request.line().value("cidfile").isPresent()
                        ? Optional.empty()
                        : Optional.of(cidFile),
                around.engine().cdiDirectories().contains(CdiSpec.DIRECTORY.toString()),
                hugepages(),
                request.cpuset(),
                owner,
                request.line());
    }

    private Reservation reserve(
            Inventory inventory, EngineNetwork network, int count, String name, String engine) {
        ReservationRequest wanted =
                ReservationRequest.of(network.id(), count, ownerPrefix + name)
                        .with(
                                Map.of(
                                        "kind",
                                        "dpdk",
                                        "name",
                                        name,
                                        EngineInfo.ENGINE,
                                        engine,
                                        "network.name",
                                        network.name(),
                                        "driver",
                                        request.driver().toString()));
        if (request.numa().isPresent()) {
            wanted = wanted.from(Selector.parse("numa=" + request.numa().get()));
        }
        return inventory.reserve(wanted);
    }

    private Optional<RunPlan.HugepageMount> hugepages() {
        // Where there are both, pages of 2 MiB come in sizes that suit more programs.
        Optional<HugepagePool> pool =
                Hugepages.of(machine.kernel()).pools().stream()
                        .filter(some -> some.total() > 0)
                        .min(Comparator.comparingLong(HugepagePool::sizeBytes));
        if (pool.isEmpty() && request.hugepages().isPresent()) {
            throw new DockerException(
                    "This machine has no hugepages. Reserve some: echo 512 >"
                            + " /sys/kernel/mm/hugepages/hugepages-2048kB/nr_hugepages.");
        }
        return pool.map(
                some -> new RunPlan.HugepageMount(size(some.sizeBytes()), request.hugepages()));
    }

    private static String size(long bytes) {
        return bytes >> 30 > 0
                ? (bytes >> 30) + "G"
                : bytes >> 20 > 0 ? (bytes >> 20) + "M" : (bytes >> 10) + "K";
    }

    /** Who is to own device nodes: of names only the engine knows the numbers, and only later. */
    private static Optional<RunPlan.Owner> owner(RunRequest request) {
        String user = request.line().value("user").orElse("0");
        String[] parts = user.split(":", 2);
        if (parts[0].equals("root") || parts[0].matches("0+")) {
            return Optional.empty();
        }
        String gid = parts.length > 1 ? parts[1] : "0";
        if (!parts[0].matches("[0-9]{1,9}") || !gid.matches("[0-9]{1,9}")) {
            throw new DockerException(
                    "Which user is \""
                            + user
                            + "\"? The device nodes will be his, and only the image knows his"
                            + " number: say --user UID:GID in numbers.");
        }
        return Optional.of(new RunPlan.Owner(Integer.parseInt(parts[0]), Integer.parseInt(gid)));
    }

    private String hex(int bytes) {
        byte[] some = new byte[bytes];
        random.nextBytes(some);
        return HexFormat.of().formatHex(some);
    }

    /** What has to be given back if it doesn't come to the container. */
    private final class Taken {
        private final Inventory inventory;
        private final List<Long> ids = new ArrayList<>();

        Taken(Inventory inventory) {
            this.inventory = inventory;
        }

        void giveBack(Throwable cause) {
            for (long id : ids.reversed()) {
                try {
                    inventory.release(id);
                    machine.files().remove(id);
                } catch (SriovException | DockerException e) {
                    cause.addSuppressed(e);
                }
            }
        }
    }
}
