// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.dpdk4j.sriov.kernel.Kernel;

/**
 * One of many processes that reserve and release, each watching that nobody else has what it has.
 */
final class Crowd {
    private Crowd() {}

    /** {@code STATE OWNED LOG NUMBER ROUNDS}. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path owned = Path.of(arguments[1]);
        int number = Integer.parseInt(arguments[3]);
        int rounds = Integer.parseInt(arguments[4]);
        Random random = new Random(number);
        List<String> log = new ArrayList<>();
        int refused = 0;
        try (Inventory inventory = Inventory.open(Path.of(arguments[0]), Kernel.system())) {
            for (int round = 0; round < rounds; ) {
                int count = 1 + random.nextInt(16);
                Reservation reservation;
                try {
                    reservation =
                            inventory.reserve(
                                    ReservationRequest.of("net", count, "process " + number));
                } catch (SriovException e) {
                    if (!e.getMessage().contains("free virtual functions")) {
                        throw e;
                    }
                    refused++;
                    Thread.sleep(random.nextInt(20));
                    continue;
                }
                round++;
                if (reservation.vfs().size() != count) {
                    throw new AssertionError(reservation);
                }
                for (ReservedVf vf : reservation.vfs()) {
                    log.add(vf.address() + " " + vf.generation());
                    // Fails if anybody has made it who thinks that it is his.
                    Files.writeString(
                            owned.resolve(vf.address().toString()),
                            reservation.toString(),
                            StandardOpenOption.CREATE_NEW);
                }
                if (round % 10 == 0) {
                    inventory.bind(reservation.id(), UserspaceDriver.VFIO_PCI);
                    inventory.attach(reservation.id(), "");
                }
                for (ReservedVf vf : reservation.vfs()) {
                    Files.delete(owned.resolve(vf.address().toString()));
                }
                if (!inventory.release(reservation.id())) {
                    throw new AssertionError("somebody else released " + reservation);
                }
            }
        }
        Files.write(Path.of(arguments[2]), log);
        System.out.println(refused);
    }
}
