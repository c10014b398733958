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
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** SQL on one connection, each statement prepared once. Booleans are 0 and 1. */
final class Statements {
    /** What is asked of a row that was read. */
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    private final Map<String, PreparedStatement> statements = new HashMap<>();
    private final Connection connection;

    Statements(Connection connection) {
        this.connection = connection;
    }

    int execute(String sql, @Nullable Object... arguments) throws SQLException {
        PreparedStatement statement = prepared(sql, arguments);
        statement.execute();
        return statement.getUpdateCount();
    }

    void close() throws SQLException {
        for (PreparedStatement statement : statements.values()) {
            statement.close();
        }
        statements.clear();
    }

    <T> Optional<T> first(String sql, Row<T> reader, @Nullable Object... arguments)
            throws SQLException {
        try (ResultSet row = prepared(sql, arguments).executeQuery()) {
            return row.next() ? Optional.of(reader.read(row)) : Optional.empty();
        }
    }

    <T> List<T> all(String sql, Row<T> reader, @Nullable Object... arguments) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (ResultSet row = prepared(sql, arguments).executeQuery()) {
            while (row.next()) {
                rows.add(reader.read(row));
            }
        }
        return rows;
    }

    Map<String, String> pairs(String sql, @Nullable Object... arguments) throws SQLException {
        Map<String, String> pairs = new TreeMap<>();
        try (ResultSet row = prepared(sql, arguments).executeQuery()) {
            while (row.next()) {
                pairs.put(row.getString(1), row.getString(2));
            }
        }
        return pairs;
    }

    PreparedStatement prepared(String sql, @Nullable Object... arguments) throws SQLException {
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
