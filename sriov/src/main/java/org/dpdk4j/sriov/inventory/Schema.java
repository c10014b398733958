// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.Stream;
import org.dpdk4j.sriov.SriovException;

/** The tables of the journal, and how older ones become like them. */
final class Schema {
    /** Changes with the tables. */
    private static final int VERSION = 3;

    /** {@code dp4j}: tells our files from other people's. */
    private static final int APPLICATION = 0x6470_346a;

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
                    "pragma user_version = " + VERSION);

    /** Makes tables of version 2 like those above. */
    private static final List<String> FROM_VERSION_2 =
            List.of("alter table pf add column mark integer", "pragma user_version = " + VERSION);

    /** Makes tables of version 1 like those of version 2. */
    private static final List<String> FROM_VERSION_1 =
            List.of("alter table pf add column raised integer not null default 0");

    private Schema() {}

    /**
     * Whether a database has the tables as they are now; else they are to be made.
     *
     * @throws SriovException if it isn't ours, or of a newer dpdk4j
     */
    static boolean whole(Path file, Statement statement) throws SQLException {
        // In one view of it: somebody else may be making the tables just now.
        statement.execute("begin");
        int application = number(statement, "pragma application_id");
        int version = number(statement, "pragma user_version");
        boolean empty = number(statement, "select count(*) from sqlite_master") == 0;
        statement.execute("commit");
        if (version > VERSION && application == APPLICATION) {
            throw new SriovException(
                    file
                            + " was written by a newer dpdk4j: its tables are of version "
                            + version
                            + ", this one knows version "
                            + VERSION
                            + ". Nothing was changed; use the newer one.");
        }
        if (application != APPLICATION && !(application == 0 && version == 0 && empty)) {
            throw new SriovException(
                    file
                            + " is a database of some other program. Nothing was changed; move"
                            + " it away, or choose another directory by DPDK4J_STATE.");
        }
        return version == VERSION;
    }

    /** Makes the tables, or what is missing of them. */
    static void create(Statement statement) throws SQLException {
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
}
