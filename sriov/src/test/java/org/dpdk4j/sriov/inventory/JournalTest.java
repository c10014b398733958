// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.SriovException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JournalTest {
    @TempDir Path directory;

    @Test
    void shouldKeepWhatWasCommittedAndNothingElse() {
        try (Journal journal = open()) {
            journal.write(ledger -> ledger.reserve("net", "first", Map.of("ip", "40.0.0.2")));
            assertThatThrownBy(() ->
                            journal.write(ledger -> {
                                ledger.reserve("net", "second", Map.of());
                                throw new SriovException("no");
                            }))
                    .hasMessage("no");
        }
        try (Journal journal = open()) {
            assertThat(journal.read(Ledger::reservations)).containsExactly(1L);
            Reservation reservation = journal.read(ledger -> ledger.reservation(1)).orElseThrow();
            assertThat(reservation.owner()).isEqualTo("first");
            assertThat(reservation.metadata()).isEqualTo(Map.of("ip", "40.0.0.2"));
        }
    }

    @Test
    void shouldNeverGiveAnIdTwice() {
        try (Journal journal = open()) {
            long first = journal.write(ledger -> ledger.reserve("net", "a", Map.of()));
            journal.write(ledger -> {
                ledger.remove(first);
                return null;
            });
        }
        try (Journal journal = open()) {
            assertThat((long) journal.write(ledger -> ledger.reserve("net", "b", Map.of())))
                    .isEqualTo(2);
            assertThat((long) journal.read(Ledger::lastReservation)).isEqualTo(2);
        }
    }

    @Test
    void shouldSyncEachCommitToDisk() throws SQLException {
        try (Journal journal = open();
                Statement statement = journal.connection().createStatement()) {
            assertThat(statement.executeQuery("pragma synchronous").getInt(1)).isEqualTo(2);
            assertThat(statement.executeQuery("pragma journal_mode").getString(1)).isEqualTo("wal");
            assertThat(statement.executeQuery("pragma foreign_keys").getInt(1)).isEqualTo(1);
        }
    }

    @Test
    void shouldLetManyOpenANewOneAtOnce() throws Exception {
        int many = 8;
        CountDownLatch start = new CountDownLatch(many);
        List<Future<Long>> ids = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(many)) {
            for (int i = 0; i < many; i++) {
                ids.add(
                        threads.submit(() -> {
                            start.countDown();
                            start.await();
                            try (Journal journal = open()) {
                                return journal.write(ledger -> ledger.reserve("n", "o", Map.of()));
                            }
                        }));
            }
        }
        List<Long> got = new ArrayList<>();
        for (Future<Long> id : ids) {
            got.add(id.get());
        }
        assertThat(got).containsExactlyInAnyOrder(1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L);
    }

    @Test
    void shouldNotBelieveSightsWhileTheCountIsBeingChanged() {
        PciAddress pf = PciAddress.parse("0000:01:00.0");
        PciAddress vf = PciAddress.parse("0000:01:10.0");
        VfSight sight = new VfSight(vf, "igbvf", true);
        try (Journal journal = open()) {
            journal.write(ledger -> {
                ledger.pf(PfRow.seen(pf, 0).changing(3).changed(3));
                ledger.vfs().enroll(pf, 0, sight, new VfTable.Kind(0x8086, 0x10ca, 0));
                ledger.vfs().unusableBelow(pf);
                ledger.pf(ledger.pf(pf).orElseThrow().changing(0));
                ledger.vfs().sight(sight);
                return null;
            });
            assertThat(unusable(journal, pf)).hasSize(1);
            journal.write(ledger -> {
                ledger.pf(ledger.pf(pf).orElseThrow().settled());
                ledger.vfs().sight(sight);
                return null;
            });
            assertThat(unusable(journal, pf)).isEmpty();
        }
    }

    private static List<VfRow> unusable(Journal journal, PciAddress pf) {
        return journal.read(ledger -> ledger.vfs().unusable(pf));
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2})
    void shouldGoOnWithTablesOfVersion(int version) throws SQLException {
        PciAddress pf = PciAddress.parse("0000:01:00.0");
        try (Journal journal = open()) {
            journal.write(ledger -> {
                ledger.pf(PfRow.seen(pf, 0).changing(3).changed(3));
                return null;
            });
        }
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            statement.execute("alter table pf drop column mark");
            if (version == 1) {
                statement.execute("alter table pf drop column raised");
            }
            statement.execute("pragma user_version = " + version);
        }
        try (Journal journal = open()) {
            PfRow row = journal.read(ledger -> ledger.pf(pf)).orElseThrow();
            assertThat(row.countBefore()).isZero();
            assertThat(row.raised()).isFalse();
            assertThat(row.mark()).isNull();
            assertThat(row.knows(3, 12345L)).isTrue();
        }
        open().close();
    }

    @Test
    void shouldRefuseTablesOfTheFuture() throws SQLException {
        open().close();
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            statement.execute("pragma user_version = 99");
        }
        assertThatThrownBy(this::open)
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("newer dpdk4j")
                .hasMessageContaining("version 99");
    }

    @Test
    void shouldRefuseOtherPeoplesDatabases() throws SQLException {
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file());
                Statement statement = connection.createStatement()) {
            statement.execute("create table theirs (a)");
        }
        assertThatThrownBy(this::open)
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("some other program");
    }

    @Test
    void shouldRefuseWhatIsNoDatabaseAndLeaveIt() throws IOException {
        Files.writeString(file(), "This is a letter to my aunt.\n".repeat(100));
        assertThatThrownBy(this::open)
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("damaged or no database")
                .hasMessageContaining(file().toString());
        assertThat(Files.readString(file())).startsWith("This is a letter to my aunt.");
    }

    @Test
    void shouldRefuseDamage() throws IOException {
        try (Journal journal = open()) {
            for (int i = 0; i < 500; i++) {
                journal.write(ledger -> ledger.reserve("net", "owner".repeat(20), Map.of()));
            }
        }
        byte[] bytes = Files.readAllBytes(file());
        for (int i = 4096; i < bytes.length; i++) {
            bytes[i] = (byte) (i * 31);
        }
        Files.write(file(), bytes);
        assertThatThrownBy(
                        () -> {
                            try (Journal journal = open()) {
                                journal.read(Ledger::reservations);
                            }
                        })
                .isInstanceOf(SriovException.class)
                .hasMessageContaining("damaged");
    }

    @Test
    void shouldBeginNoStepOnAFullDisk() throws SQLException {
        try (Journal journal = open()) {
            journal.write(ledger -> ledger.reserve("net", "kept", Map.of()));
            try (Statement statement = journal.connection().createStatement()) {
                int pages = statement.executeQuery("pragma page_count").getInt(1);
                statement.execute("pragma max_page_count = " + pages);
            }
            assertThatThrownBy(() ->
                            journal.write(ledger ->
                                    ledger.reserve(
                                            "net", "owner", Map.of("k", "x".repeat(100_000)))))
                    .isInstanceOf(SriovException.class)
                    .hasMessageContaining("full");
            // And goes on where there is room.
            assertThat(journal.read(Ledger::reservations)).containsExactly(1L);
            assertThat((long) journal.write(ledger -> ledger.reserve("net", "next", Map.of())))
                    .isEqualTo(2);
        }
    }

    @Test
    void shouldKeepAddressesInOrder() {
        PciAddress low = PciAddress.parse("0000:ff:1f.7");
        PciAddress high = PciAddress.parse("10000:00:00.0");
        assertThat(Ledger.key(low)).isLessThan(Ledger.key(high));
        assertThat(Ledger.address(Ledger.key(low))).isEqualTo(low);
        assertThat(Ledger.address(Ledger.key(high))).isEqualTo(high);
        PciAddress highest = PciAddress.parse("ffffffff:ff:1f.7");
        assertThat(Ledger.address(Ledger.key(highest))).isEqualTo(highest);
    }

    private Journal open() {
        return Journal.open(file(), Journal.Watch.NONE);
    }

    private Path file() {
        return directory.resolve("inventory.db");
    }
}
