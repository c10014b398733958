// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.benchmarks.evaluation;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Closes all of several things, the last one first, even if one of them can't be closed. */
public final class Closing implements Closeable {
    private final List<Closeable> all = new ArrayList<>();

    /** With nothing to close yet. */
    public Closing() {}

    /**
     * Adds one.
     *
     * @param one to be closed before those that were added so far; null adds nothing
     */
    public void add(@Nullable Closeable one) {
        if (one != null) {
            all.add(one);
        }
    }

    @Override
    public void close() throws IOException {
        IOException failure = null;
        for (Closeable one : all.reversed()) {
            try {
                one.close();
            } catch (IOException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    failure.addSuppressed(e);
                }
            }
        }
        all.clear();
        if (failure != null) {
            throw failure;
        }
    }
}
