// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.dpdk4j.sriov.PciAddress;
import org.jspecify.annotations.Nullable;

/** The rows of the journal; only used inside a transaction of {@link Journal}. */
final class Ledger {
    private static final String PF_COLUMNS =
            "select address, count, made_by_us, count_before, target, rebuild, raised, mark from pf ";

    private final Statements statements;
    private final VfTable vfs;

    Ledger(Connection connection) {
        this.statements = new Statements(connection);
        this.vfs = new VfTable(statements);
    }

    VfTable vfs() {
        return vfs;
    }

    void execute(String sql) throws SQLException {
        statements.execute(sql);
    }

    void close() throws SQLException {
        statements.close();
    }

    // ---- the machine

    Optional<String> meta(String key) throws SQLException {
        return statements.first(
                "select value from meta where key = ?", row -> row.getString(1), key);
    }

    void meta(String key, String value) throws SQLException {
        statements.execute("insert or replace into meta (key, value) values (?, ?)", key, value);
    }

    // ---- physical functions

    Optional<PfRow> pf(PciAddress address) throws SQLException {
        return statements.first(PF_COLUMNS + "where address = ?", Ledger::pfRow, key(address));
    }

    List<PfRow> pfs() throws SQLException {
        return statements.all(PF_COLUMNS + "order by address", Ledger::pfRow);
    }

    void pf(PfRow pf) throws SQLException {
        statements.execute(
                "insert into pf (address, count, made_by_us, count_before, target, rebuild,"
                        + " raised, mark) values (?, ?, ?, ?, ?, ?, ?, ?) on conflict (address) do"
                        + " update set count"
                        + " = excluded.count, made_by_us = excluded.made_by_us, count_before ="
                        + " excluded.count_before, target = excluded.target, rebuild ="
                        + " excluded.rebuild, raised = excluded.raised, mark = excluded.mark",
                key(pf.address()),
                pf.count(),
                pf.madeByUs(),
                pf.countBefore(),
                pf.target(),
                pf.rebuild(),
                pf.raised(),
                pf.mark());
    }

    void rebuildAll() throws SQLException {
        statements.execute("update pf set rebuild = 1, target = null");
    }

    /** The lowest index of a VF of this physical function that somebody owns. */
    OptionalInt ownedVf(PciAddress pf) throws SQLException {
        return statements
                .first(
                        "select idx from vf indexed by vf_owned_pf where reservation is not null and"
                                + " pf = ? limit 1",
                        row -> row.getInt(1),
                        key(pf))
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }

    // ---- networks

    Optional<String> network(String name) throws SQLException {
        return statements.first(
                "select selector from network where name = ?", row -> row.getString(1), name);
    }

    Map<String, String> networks() throws SQLException {
        return statements.pairs("select name, selector from network");
    }

    void network(String name, String selector, Map<String, String> metadata) throws SQLException {
        statements.execute(
                "insert into network (name, selector) values (?, ?) on conflict (name) do update set"
                        + " selector = excluded.selector",
                name,
                selector);
        statements.execute("delete from network_metadata where network = ?", name);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            statements.execute(
                    "insert into network_metadata (network, key, value) values (?, ?, ?)",
                    name,
                    entry.getKey(),
                    entry.getValue());
        }
    }

    Map<String, String> networkMetadata(String name) throws SQLException {
        return statements.pairs("select key, value from network_metadata where network = ?", name);
    }

    boolean forget(String name) throws SQLException {
        return statements.execute("delete from network where name = ?", name) > 0;
    }

    Optional<Long> reservationOn(String network) throws SQLException {
        return statements.first(
                "select id from reservation where network = ? limit 1",
                row -> row.getLong(1),
                network);
    }

    // ---- reservations

    long reserve(String network, String owner, Map<String, String> metadata) throws SQLException {
        statements.execute(
                "insert into reservation (network, owner) values (?, ?)", network, owner);
        long id =
                statements.first("select last_insert_rowid()", row -> row.getLong(1)).orElseThrow();
        metadata(id, metadata);
        return id;
    }

    void metadata(long id, Map<String, String> metadata) throws SQLException {
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            statements.execute(
                    "insert or replace into metadata (reservation, key, value) values (?, ?, ?)",
                    id,
                    entry.getKey(),
                    entry.getValue());
        }
    }

    void owner(long id, String owner) throws SQLException {
        statements.execute("update reservation set owner = ? where id = ?", owner, id);
    }

    /** Takes a reservation away that owns nothing any more. */
    void remove(long id) throws SQLException {
        statements.execute("delete from reservation where id = ?", id);
    }

    /** The highest ID that was ever given. */
    long lastReservation() throws SQLException {
        return statements
                .first(
                        "select seq from sqlite_sequence where name = 'reservation'",
                        row -> row.getLong(1))
                .orElse(0L);
    }

    List<Long> reservations() throws SQLException {
        return statements.all("select id from reservation order by id", row -> row.getLong(1));
    }

    List<Long> reservationsOf(String owner) throws SQLException {
        return statements.all(
                "select id from reservation where owner = ? order by id",
                row -> row.getLong(1),
                owner);
    }

    Optional<Reservation> reservation(long id) throws SQLException {
        Optional<String[]> head =
                statements.first(
                        "select network, owner from reservation where id = ?",
                        row -> new String[] {row.getString(1), row.getString(2)},
                        id);
        if (head.isEmpty()) {
            return Optional.empty();
        }
        List<ReservedVf> vfs = this.vfs.of(id).stream().map(VfRow::view).toList();
        // All move together, but those that could be given back already are gone.
        VfState state =
                vfs.stream()
                        .map(ReservedVf::state)
                        .max(VfState::compareTo)
                        .orElse(VfState.RELEASING);
        return Optional.of(
                new Reservation(
                        id,
                        head.get()[0],
                        head.get()[1],
                        state,
                        vfs,
                        statements.pairs(
                                "select key, value from metadata where reservation = ?", id)));
    }

    // ---- addresses and rows

    /** The address as a number that sorts as addresses do. */
    static long key(PciAddress address) {
        return Integer.toUnsignedLong(address.domain()) << 16
                | (long) address.bus() << 8
                | (long) address.device() << 3
                | address.function();
    }

    static PciAddress address(long key) {
        return new PciAddress(
                (int) (key >>> 16),
                (int) (key >>> 8) & 0xff,
                (int) (key >>> 3) & 0x1f,
                (int) key & 7);
    }

    private static PfRow pfRow(ResultSet row) throws SQLException {
        return new PfRow(
                address(row.getLong(1)),
                row.getInt(2),
                row.getBoolean(3),
                number(row, 4),
                number(row, 5),
                row.getBoolean(6),
                row.getBoolean(7),
                mark(row, 8));
    }

    private static @Nullable Long mark(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    private static @Nullable Integer number(ResultSet row, int column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? null : value;
    }
}
