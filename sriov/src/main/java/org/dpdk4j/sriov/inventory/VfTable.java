// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.dpdk4j.sriov.PciAddress;
import org.dpdk4j.sriov.binding.UserspaceDriver;

/** The virtual functions of the journal: who owns them, and what of them is to be put back. */
final class VfTable {
    private static final String COLUMNS =
            "select address, pf, idx, usable, generation, reservation, state, unsettled,"
                    + " settings_before, settings_wanted, binding_before, driver_wanted from vf ";

    private final Statements statements;

    VfTable(Statements statements) {
        this.statements = statements;
    }

    /** Notes what a VF is while nobody owns it. */
    void enroll(PciAddress pf, int index, VfSight vf, Kind kind) throws SQLException {
        statements.execute(
                "insert into vf (address, pf, idx, vendor, device, numa, driver, usable) values (?,"
                        + " ?, ?, ?, ?, ?, ?, ?) on conflict (address) do update set pf ="
                        + " excluded.pf, idx = excluded.idx, vendor = excluded.vendor, device ="
                        + " excluded.device, numa = excluded.numa, driver = excluded.driver, usable"
                        + " = excluded.usable where reservation is null",
                Ledger.key(vf.address()),
                Ledger.key(pf),
                index,
                kind.vendorId(),
                kind.deviceId(),
                kind.numaNode(),
                vf.driver(),
                vf.usable());
    }

    /** Notes what a free VF was seen to be, unless the count of its kind is being changed. */
    void sight(VfSight vf) throws SQLException {
        statements.execute(
                "update vf set usable = ?, driver = ? where address = ? and reservation is null"
                        + " and not exists (select 1 from pf where pf.address = vf.pf and"
                        + " pf.target is not null)",
                vf.usable(),
                vf.driver(),
                Ledger.key(vf.address()));
    }

    void unusableBelow(PciAddress pf) throws SQLException {
        statements.execute(
                "update vf set usable = 0 where pf = ? and reservation is null", Ledger.key(pf));
    }

    List<VfRow> unusable(PciAddress pf) throws SQLException {
        return statements.all(
                COLUMNS
                        + "indexed by vf_unusable where reservation is null and usable = 0 and pf ="
                        + " ?",
                VfTable::row,
                Ledger.key(pf));
    }

    List<VfRow> all() throws SQLException {
        return statements.all(COLUMNS + "order by address", VfTable::row);
    }

    List<VfRow> of(long reservation) throws SQLException {
        return statements.all(
                COLUMNS + "where reservation = ? order by address", VfTable::row, reservation);
    }

    /** What the VFs of one physical function have in common. */
    record Kind(int vendorId, int deviceId, int numaNode) {}

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
                statements.prepared(
                        COLUMNS.replace(" from", ", driver from") + sql, arguments.toArray());
        try (ResultSet row = statement.executeQuery()) {
            while (chosen.size() < count && row.next()) {
                VfRow vf = row(row);
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
                statements.execute(
                        "update vf set reservation = ?, state = 'RESERVED', generation = generation"
                                + " + 1 where address = ? and reservation is null",
                        reservation,
                        Ledger.key(vf)),
                vf);
    }

    /** Writes what changes while somebody owns it; refuses if that is somebody else by now. */
    void update(VfRow vf) throws SQLException {
        one(
                statements.execute(
                        "update vf set state = ?, unsettled = ?, settings_before = ?,"
                                + " settings_wanted = ?, binding_before = ?, driver_wanted = ?"
                                + " where address = ? and reservation = ? and generation = ?",
                        vf.state().name(),
                        vf.unsettled(),
                        vf.settingsBefore(),
                        vf.settingsWanted(),
                        vf.bindingBefore(),
                        vf.driverWanted() == null ? null : vf.driverWanted().name(),
                        Ledger.key(vf.address()),
                        vf.reservation(),
                        vf.generation()),
                vf.address());
    }

    /** Makes a VF nobody's. */
    void free(VfRow vf, boolean usable) throws SQLException {
        one(
                statements.execute(
                        "update vf set reservation = null, state = 'FREE', unsettled = 0,"
                                + " settings_before = '', settings_wanted = '', binding_before ="
                                + " null, driver_wanted = null, usable = ? where address = ? and"
                                + " reservation = ? and generation = ?",
                        usable,
                        Ledger.key(vf.address()),
                        vf.reservation(),
                        vf.generation()),
                vf.address());
    }

    void unsettleAll(int bits) throws SQLException {
        statements.execute(
                "update vf set unsettled = unsettled | ? where reservation is not null", bits);
    }

    private static VfRow row(ResultSet row) throws SQLException {
        long reservation = row.getLong(6);
        Long owner = row.wasNull() ? null : reservation;
        String driver = row.getString(12);
        return new VfRow(
                Ledger.address(row.getLong(1)),
                Ledger.address(row.getLong(2)),
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

    private static void one(int changed, PciAddress vf) {
        if (changed != 1) {
            throw new IllegalStateException(
                    "the virtual function " + vf + " has another owner by now");
        }
    }
}
