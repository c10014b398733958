// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
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
    private static final int BUSY_MILLIS = 60_000;

    // Primary result codes of SQLite.
    private static final int BUSY = 5;
    private static final int READ_ONLY = 8;
    private static final int CORRUPT = 11;
    private static final int FULL = 13;
    private static final int CANNOT_OPEN = 14;
    private static final int NO_DATABASE = 26;

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
            boolean whole = Schema.whole(file, statement);
            writeAhead(statement);
            // Each commit reaches the disk before the step that it announces.
            statement.execute("pragma synchronous = full");
            statement.execute("pragma foreign_keys = on");
            if (!whole) {
                Schema.create(statement);
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
