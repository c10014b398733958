// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.dpdk4j.sriov.SriovException;
import org.jspecify.annotations.Nullable;

/**
 * The database of the inventory: a file of SQLite that several processes share, in which each step
 * stands before it is done. A transaction is in it whole or not at all, wherever the process or the
 * machine dies.
 *
 * <p>Writers come one after another: each begins with {@code BEGIN IMMEDIATE}, so that what it read
 * still holds when it writes. No transaction waits for anything slower than a read of sysfs.
 */
final class Journal implements AutoCloseable {
    /** Changes with the tables. */
    static final int SCHEMA = 3;

    /** {@code dp4j}: tells our files from other people's. */
    private static final int APPLICATION = 0x6470_346a;

    private static final int BUSY_MILLIS = 60_000;

    // Primary result codes of SQLite.
    private static final int BUSY = 5;
    private static final int READ_ONLY = 8;
    private static final int CORRUPT = 11;
    private static final int FULL = 13;
    private static final int CANNOT_OPEN = 14;
    private static final int NO_DATABASE = 26;

    private static final List<String> TABLES =
            List.of(
                    "create table meta (key text primary key, value text not null) without rowid",
                    """
                    create table pf (
                        address integer primary key,
                        -- VFs that it had when we last looked or changed it
                        count integer not null,
                        -- whether it was us who made them, and how many there were before that
                        made_by_us integer not null default 0,
                        count_before integer,
                        -- a change that is under way: the count to come
                        target integer,
                        -- the machine has started anew since, and ours are to be made again
                        rebuild integer not null default 0,
                        -- its interface was down before, and is to be so again
                        raised integer not null default 0,
                        -- the inode number of the link to its first VF: tells these VFs from those
                        -- that somebody makes in their place
                        mark integer)\
                    """,
                    "create table network (name text primary key, selector text not null) without"
                            + " rowid",
                    """
                    create table network_metadata (
                        network text not null references network on delete cascade,
                        key text not null,
                        value text not null,
                        primary key (network, key)) without rowid\
                    """,
                    """
                    create table reservation (
                        id integer primary key autoincrement,
                        network text not null,
                        owner text not null)\
                    """,
                    "create index reservation_owner on reservation (owner)",
                    "create index reservation_network on reservation (network)",
                    """
                    create table metadata (
                        reservation integer not null references reservation on delete cascade,
                        key text not null,
                        value text not null,
                        primary key (reservation, key)) without rowid\
                    """,
                    """
                    create table vf (
                        address integer primary key,
                        pf integer not null references pf,
                        idx integer not null,
                        vendor integer not null,
                        device integer not null,
                        numa integer not null,
                        -- the driver while it is free; empty for none
                        driver text not null,
                        -- whether it was there and nobody else's when we last looked
                        usable integer not null,
                        generation integer not null default 0,
                        reservation integer references reservation,
                        state text not null default 'FREE',
                        -- bits of what may differ from what is wanted below
                        unsettled integer not null default 0,
                        -- what it was and what it is to be
                        settings_before text not null default '',
                        settings_wanted text not null default '',
                        binding_before text,
                        driver_wanted text,
                        check ((reservation is null) = (state = 'FREE')))\
                    """,
                    "create index vf_owned on vf (reservation) where reservation is not null",
                    "create index vf_owned_pf on vf (pf) where reservation is not null",
                    "create index vf_pf on vf (pf, idx)",
                    "create index vf_unusable on vf (pf) where reservation is null and usable = 0",
                    "create index vf_free_pf on vf (pf, idx)"
                            + " where reservation is null and usable = 1",
                    "create index vf_free_address on vf (address)"
                            + " where reservation is null and usable = 1",
                    "create index vf_free_device on vf (vendor, device)"
                            + " where reservation is null and usable = 1",
                    "create index vf_free_driver on vf (driver)"
                            + " where reservation is null and usable = 1",
                    "create index vf_free_numa on vf (numa)"
                            + " where reservation is null and usable = 1",
                    "pragma application_id = " + APPLICATION,
                    "pragma user_version = " + SCHEMA);

    /** Makes tables of version 2 like those above. */
    private static final List<String> FROM_VERSION_2 =
            List.of("alter table pf add column mark integer", "pragma user_version = " + SCHEMA);

    /** Makes tables of version 1 like those of version 2. */
    private static final List<String> FROM_VERSION_1 =
            List.of("alter table pf add column raised integer not null default 0");

    /** What is done in a transaction. */
    @FunctionalInterface
    interface Work<T extends @Nullable Object> {
        T run(Ledger ledger) throws SQLException;
    }

    /** Looks on while transactions end; tests die here. */
    interface Watch {
        /** For those who don't look. */
        Watch NONE =
                new Watch() {
                    @Override
                    public void beforeCommit() {}

                    @Override
                    public void afterCommit() {}
                };

        void beforeCommit();

        void afterCommit();
    }

    private final ReentrantLock thread = new ReentrantLock();
    private final Path file;
    private final Connection connection;
    private final Ledger ledger;
    private final Watch watch;

    private Journal(Path file, Connection connection, Watch watch) {
        this.file = file;
        this.connection = connection;
        this.ledger = new Ledger(connection);
        this.watch = watch;
    }

    /**
     * Opens the journal, and makes it if there is none.
     *
     * @param file of the database; its directory exists
     * @param watch told of commits
     * @throws SriovException if that can't be; the message says why and what to do
     */
    static Journal open(Path file, Watch watch) {
        try {
            Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
            try {
                prepare(file, connection);
                return new Journal(file, connection, watch);
            } catch (SQLException | RuntimeException e) {
                connection.close();
                throw e;
            }
        } catch (SQLException e) {
            throw explained(file, e);
        }
    }

    /** Reads and writes in one transaction; what the work throws undoes it. */
    <T extends @Nullable Object> T write(Work<T> work) {
        return transaction("begin immediate", watch, work);
    }

    /** Reads a state that nobody changes meanwhile. */
    <T extends @Nullable Object> T read(Work<T> work) {
        return transaction("begin", Watch.NONE, work);
    }

    /** For tests that count or limit what SQLite does. */
    Connection connection() {
        return connection;
    }

    @Override
    public void close() {
        thread.lock();
        try {
            ledger.close();
            connection.close();
        } catch (SQLException e) {
            throw explained(file, e);
        } finally {
            thread.unlock();
        }
    }

    private <T extends @Nullable Object> T transaction(String begin, Watch onCommit, Work<T> work) {
        thread.lock();
        try {
            try {
                ledger.execute(begin);
                T result = work.run(ledger);
                onCommit.beforeCommit();
                ledger.execute("commit");
                onCommit.afterCommit();
                return result;
            } catch (SQLException | RuntimeException | Error e) {
                rollBack(e);
                throw e;
            }
        } catch (SQLException e) {
            throw explained(file, e);
        } finally {
            thread.unlock();
        }
    }

    private void rollBack(Throwable cause) {
        try {
            // The driver gives up statements that failed.
            ledger.close();
            ledger.execute("rollback");
        } catch (SQLException e) {
            // As when the disk was full: SQLite has rolled back by itself.
            cause.addSuppressed(e);
        }
    }

    private static void prepare(Path file, Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("pragma busy_timeout = " + BUSY_MILLIS);
            // In one view of it: somebody else may be making the tables just now.
            statement.execute("begin");
            int application = number(statement, "pragma application_id");
            int version = number(statement, "pragma user_version");
            boolean empty = number(statement, "select count(*) from sqlite_master") == 0;
            statement.execute("commit");
            if (version > SCHEMA && application == APPLICATION) {
                throw new SriovException(
                        file
                                + " was written by a newer dpdk4j: its tables are of version "
                                + version
                                + ", this one knows version "
                                + SCHEMA
                                + ". Nothing was changed; use the newer one.");
            }
            if (application != APPLICATION && !(application == 0 && version == 0 && empty)) {
                throw new SriovException(
                        file
                                + " is a database of some other program. Nothing was changed; move"
                                + " it away, or choose another directory by DPDK4J_STATE.");
            }
            writeAhead(statement);
            // Each commit reaches the disk before the step that it announces.
            statement.execute("pragma synchronous = full");
            statement.execute("pragma foreign_keys = on");
            if (version < SCHEMA) {
                create(statement);
            }
        }
    }

    /** Two that open a new file at once get in each other's way here, whatever the timeout. */
    private static void writeAhead(Statement statement) throws SQLException {
        long end = System.nanoTime() + BUSY_MILLIS * 1_000_000L;
        while (true) {
            try {
                statement.execute("pragma journal_mode = wal");
                return;
            } catch (SQLException e) {
                if (e.getErrorCode() != BUSY || System.nanoTime() - end > 0) {
                    throw e;
                }
                LockSupport.parkNanos(2_000_000);
            }
        }
    }

    private static void create(Statement statement) throws SQLException {
        statement.execute("begin immediate");
        boolean done = false;
        try {
            // Somebody else may have done it meanwhile.
            int version = number(statement, "pragma user_version");
            List<String> missing =
                    switch (version) {
                        case 0 -> TABLES;
                        case 1 ->
                                Stream.concat(FROM_VERSION_1.stream(), FROM_VERSION_2.stream())
                                        .toList();
                        case 2 -> FROM_VERSION_2;
                        default -> List.of();
                    };
            for (String sql : missing) {
                statement.execute(sql);
            }
            statement.execute("commit");
            done = true;
        } finally {
            if (!done) {
                statement.execute("rollback");
            }
        }
    }

    private static int number(Statement statement, String sql) throws SQLException {
        try (ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getInt(1);
        }
    }

    private static SriovException explained(Path file, SQLException e) {
        String what =
                switch (e.getErrorCode()) {
                    case BUSY ->
                            "Other processes kept "
                                    + file
                                    + " locked for a minute. Look for one that hangs: fuser "
                                    + file;
                    case READ_ONLY, CANNOT_OPEN ->
                            "The inventory "
                                    + file
                                    + " can't be opened for writing. Be root, or choose a directory"
                                    + " of your own by DPDK4J_STATE.";
                    case CORRUPT, NO_DATABASE ->
                            file
                                    + " is damaged or no database. Nothing was changed; put a copy"
                                    + " of it back, or move it away together with what begins with"
                                    + " its name to start with an inventory that owns nothing.";
                    case FULL ->
                            "The disk below "
                                    + file
                                    + " is full: this step was not begun. Make room and try again.";
                    default -> "The inventory " + file + " failed. Is its disk in order?";
                };
        return new SriovException(what + " (" + e.getMessage() + ")", e);
    }
}
