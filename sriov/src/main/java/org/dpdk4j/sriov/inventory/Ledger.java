// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.TreeMap;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.binding.UserspaceDriver;
import org.jspecify.annotations.Nullable;

/** The rows of the journal; only used inside a transaction of {@link Journal}. */
final class Ledger {
    private static final String PF_COLUMNS =
            "select address, count, made_by_us, count_before, target, rebuild, raised, mark from pf ";

    private static final String VF_COLUMNS =
            "select address, pf, idx, usable, generation, reservation, state, unsettled,"
                    + " settings_before, settings_wanted, binding_before, driver_wanted from vf ";

    /** What is asked of a row that was read. */
    private interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private final Connection connection;

    Ledger(Connection connection) {
        this.connection = connection;
    }

    int execute(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = statement(sql, arguments);
        statement.execute();
        return statement.getUpdateCount();
    }

    void close() throws SQLException {
        for (PreparedStatement statement : statements.values()) {
            statement.close();
        }
        statements.clear();
    }

    // ---- the machine

    Optional<String> meta(String key) throws SQLException {
        return first("select value from meta where key = ?", row -> row.getString(1), key);
    }

    void meta(String key, String value) throws SQLException {
        execute("insert or replace into meta (key, value) values (?, ?)", key, value);
    }

    // ---- physical functions

    Optional<PfRow> pf(PciAddress address) throws SQLException {
        return first(PF_COLUMNS + "where address = ?", Ledger::pfRow, key(address));
    }

    List<PfRow> pfs() throws SQLException {
        return all(PF_COLUMNS + "order by address", Ledger::pfRow);
    }

    void pf(PfRow pf) throws SQLException {
        execute(
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

    /** The lowest index of a VF of this physical function that somebody owns. */
    OptionalInt ownedVf(PciAddress pf) throws SQLException {
        return first(
                        "select idx from vf indexed by vf_owned_pf where reservation is not null and"
                                + " pf = ? limit 1",
                        row -> row.getInt(1),
                        key(pf))
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }

    // ---- networks

    Optional<String> network(String name) throws SQLException {
        return first("select selector from network where name = ?", row -> row.getString(1), name);
    }

    Map<String, String> networks() throws SQLException {
        return pairs("select name, selector from network");
    }

    void network(String name, String selector, Map<String, String> metadata) throws SQLException {
        execute(
                "insert into network (name, selector) values (?, ?) on conflict (name) do update set"
                        + " selector = excluded.selector",
                name,
                selector);
        execute("delete from network_metadata where network = ?", name);
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            execute(
                    "insert into network_metadata (network, key, value) values (?, ?, ?)",
                    name,
                    entry.getKey(),
                    entry.getValue());
        }
    }

    Map<String, String> networkMetadata(String name) throws SQLException {
        return pairs("select key, value from network_metadata where network = ?", name);
    }

    boolean forget(String name) throws SQLException {
        return execute("delete from network where name = ?", name) > 0;
    }

    Optional<Long> reservationOn(String network) throws SQLException {
        return first(
                "select id from reservation where network = ? limit 1",
                row -> row.getLong(1),
                network);
    }

    // ---- virtual functions

    /** Notes what a VF is while nobody owns it. */
    void enroll(PciAddress pf, int index, VfSight vf, VfKind kind) throws SQLException {
        execute(
                "insert into vf (address, pf, idx, vendor, device, numa, driver, usable) values (?,"
                        + " ?, ?, ?, ?, ?, ?, ?) on conflict (address) do update set pf ="
                        + " excluded.pf, idx = excluded.idx, vendor = excluded.vendor, device ="
                        + " excluded.device, numa = excluded.numa, driver = excluded.driver, usable"
                        + " = excluded.usable where reservation is null",
                key(vf.address()),
                key(pf),
                index,
                kind.vendorId(),
                kind.deviceId(),
                kind.numaNode(),
                vf.driver(),
                vf.usable());
    }

    /** Notes what a free VF was seen to be. */
    void sight(VfSight vf) throws SQLException {
        execute(
                "update vf set usable = ?, driver = ? where address = ? and reservation is null",
                vf.usable(),
                vf.driver(),
                key(vf.address()));
    }

    void unusableBelow(PciAddress pf) throws SQLException {
        execute("update vf set usable = 0 where pf = ? and reservation is null", key(pf));
    }

    List<VfRow> unusableVfs(PciAddress pf) throws SQLException {
        return all(
                VF_COLUMNS
                        + "indexed by vf_unusable where reservation is null and usable = 0 and pf ="
                        + " ?",
                Ledger::vfRow,
                key(pf));
    }

    List<VfRow> vfs() throws SQLException {
        return all(VF_COLUMNS + "order by address", Ledger::vfRow);
    }

    List<VfRow> vfs(long reservation) throws SQLException {
        return all(
                VF_COLUMNS + "where reservation = ? order by address", Ledger::vfRow, reservation);
    }

    /** What the VFs of one physical function have in common. */
    record VfKind(int vendorId, int deviceId, int numaNode) {}

    /** Decides about a free VF, and whether to take it. */
    interface Choice {
        boolean take(VfRow vf, String driver);
    }

    /**
     * Offers free VFs, one after another, until enough were taken. Visits no others than those that
     * the leading key of the selector names.
     */
    List<VfRow> choose(List<Selector> selectors, int count, Choice choice) throws SQLException {
        List<Object> arguments = new ArrayList<>();
        String sql = FreeVfs.query(selectors, arguments);
        List<VfRow> chosen = new ArrayList<>(count);
        // Its cursor is read to no further than needed, and what changes rows comes after it.
        PreparedStatement statement =
                statement(VF_COLUMNS.replace(" from", ", driver from") + sql, arguments.toArray());
        try (ResultSet row = statement.executeQuery()) {
            while (chosen.size() < count && row.next()) {
                VfRow vf = vfRow(row);
                if (choice.take(vf, row.getString(13))) {
                    chosen.add(vf);
                }
            }
        }
        return chosen;
    }

    /** Makes a free VF somebody's. */
    void own(PciAddress vf, long reservation) throws SQLException {
        one(
                execute(
                        "update vf set reservation = ?, state = 'RESERVED', generation = generation"
                                + " + 1 where address = ? and reservation is null",
                        reservation,
                        key(vf)),
                vf);
    }

    /** Writes what changes while somebody owns it; refuses if that is somebody else by now. */
    void vf(VfRow vf) throws SQLException {
        one(
                execute(
                        "update vf set state = ?, unsettled = ?, settings_before = ?,"
                                + " settings_wanted = ?, binding_before = ?, driver_wanted = ?"
                                + " where address = ? and reservation = ? and generation = ?",
                        vf.state().name(),
                        vf.unsettled(),
                        vf.settingsBefore(),
                        vf.settingsWanted(),
                        vf.bindingBefore(),
                        vf.driverWanted() == null ? null : vf.driverWanted().name(),
                        key(vf.address()),
                        vf.reservation(),
                        vf.generation()),
                vf.address());
    }

    /** Makes a VF nobody's. */
    void free(VfRow vf, boolean usable) throws SQLException {
        one(
                execute(
                        "update vf set reservation = null, state = 'FREE', unsettled = 0,"
                                + " settings_before = '', settings_wanted = '', binding_before ="
                                + " null, driver_wanted = null, usable = ? where address = ? and"
                                + " reservation = ? and generation = ?",
                        usable,
                        key(vf.address()),
                        vf.reservation(),
                        vf.generation()),
                vf.address());
    }

    void rebuildAll() throws SQLException {
        execute("update pf set rebuild = 1");
    }

    void unsettleAll(int bits) throws SQLException {
        execute("update vf set unsettled = unsettled | ? where reservation is not null", bits);
    }

    // ---- reservations

    long reserve(String network, String owner, Map<String, String> metadata) throws SQLException {
        execute("insert into reservation (network, owner) values (?, ?)", network, owner);
        long id = first("select last_insert_rowid()", row -> row.getLong(1)).orElseThrow();
        metadata(id, metadata);
        return id;
    }

    void metadata(long id, Map<String, String> metadata) throws SQLException {
        for (Map.Entry<String, String> entry : metadata.entrySet()) {
            execute(
                    "insert or replace into metadata (reservation, key, value) values (?, ?, ?)",
                    id,
                    entry.getKey(),
                    entry.getValue());
        }
    }

    void owner(long id, String owner) throws SQLException {
        execute("update reservation set owner = ? where id = ?", owner, id);
    }

    /** Takes a reservation away that owns nothing any more. */
    void remove(long id) throws SQLException {
        execute("delete from reservation where id = ?", id);
    }

    /** The highest ID that was ever given. */
    long lastReservation() throws SQLException {
        return first(
                        "select seq from sqlite_sequence where name = 'reservation'",
                        row -> row.getLong(1))
                .orElse(0L);
    }

    List<Long> reservations() throws SQLException {
        return all("select id from reservation order by id", row -> row.getLong(1));
    }

    List<Long> reservationsOf(String owner) throws SQLException {
        return all(
                "select id from reservation where owner = ? order by id",
                row -> row.getLong(1),
                owner);
    }

    Optional<Reservation> reservation(long id) throws SQLException {
        Optional<String[]> head =
                first(
                        "select network, owner from reservation where id = ?",
                        row -> new String[] {row.getString(1), row.getString(2)},
                        id);
        if (head.isEmpty()) {
            return Optional.empty();
        }
        List<ReservedVf> vfs = vfs(id).stream().map(VfRow::view).toList();
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
                        pairs("select key, value from metadata where reservation = ?", id)));
    }

    // ---- plumbing

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

    private static VfRow vfRow(ResultSet row) throws SQLException {
        long reservation = row.getLong(6);
        Long owner = row.wasNull() ? null : reservation;
        String driver = row.getString(12);
        return new VfRow(
                address(row.getLong(1)),
                address(row.getLong(2)),
                row.getInt(3),
                row.getBoolean(4),
                row.getLong(5),
                owner,
                VfState.valueOf(row.getString(7)),
                row.getInt(8),
                row.getString(9),
                row.getString(10),
                row.getString(11),
                driver == null ? null : UserspaceDriver.valueOf(driver));
    }

    private static @Nullable Long mark(ResultSet row, int column) throws SQLException {
        long value = row.getLong(column);
        return row.wasNull() ? null : value;
    }

    private static @Nullable Integer number(ResultSet row, int column) throws SQLException {
        int value = row.getInt(column);
        return row.wasNull() ? null : value;
    }

    private static void one(int changed, PciAddress vf) {
        if (changed != 1) {
            throw new IllegalStateException(
                    "the virtual function " + vf + " has another owner by now");
        }
    }

    private <T> Optional<T> first(String sql, Row<T> reader, @Nullable Object... arguments)
            throws SQLException {
        try (ResultSet row = statement(sql, arguments).executeQuery()) {
            return row.next() ? Optional.of(reader.read(row)) : Optional.empty();
        }
    }

    private <T> List<T> all(String sql, Row<T> reader, @Nullable Object... arguments)
            throws SQLException {
        List<T> rows = new ArrayList<>();
        try (ResultSet row = statement(sql, arguments).executeQuery()) {
            while (row.next()) {
                rows.add(reader.read(row));
            }
        }
        return rows;
    }

    private Map<String, String> pairs(String sql, @Nullable Object... arguments)
            throws SQLException {
        Map<String, String> pairs = new TreeMap<>();
        try (ResultSet row = statement(sql, arguments).executeQuery()) {
            while (row.next()) {
                pairs.put(row.getString(1), row.getString(2));
            }
        }
        return pairs;
    }

    private PreparedStatement statement(String sql, @Nullable Object... arguments)
            throws SQLException {
        PreparedStatement statement = statements.get(sql);
        if (statement == null) {
            statement = connection.prepareStatement(sql);
            statements.put(sql, statement);
        }
        for (int i = 0; i < arguments.length; i++) {
            Object argument = arguments[i];
            statement.setObject(i + 1, argument instanceof Boolean is ? (is ? 1 : 0) : argument);
        }
        return statement;
    }
}
