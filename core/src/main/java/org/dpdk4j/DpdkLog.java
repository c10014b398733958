// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dpdk4j.bindings.memory.NativeLog;
import org.dpdk4j.bindings.rte.Rte;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands DPDK's log to SLF4J, from a thread of its own.
 *
 * <p>A line {@code EAL: text} goes to the logger {@code dpdk.EAL}. DPDK writes no level into its
 * lines, so all of them come at level info; which of them there are is set by EAL's {@code
 * --log-level}.
 */
final class DpdkLog {
    private static final Pattern LINE = Pattern.compile("([A-Za-z][A-Za-z0-9_.-]{0,40}): +(.*)");
    private static final String USAGE = "Usage: ";
    private static final String END_OF_CAPTURE = "dpdk4j: end of capture";
    private static final long SETTLE_NANOS = 1_000_000_000;

    private final NativeLog log;
    private final List<String> collected = new ArrayList<>();
    private boolean collecting;
    private boolean usage;

    private DpdkLog(NativeLog log) {
        this.log = log;
    }

    /**
     * Opens the log and leads DPDK's messages into it, until EAL is cleaned up: from DPDK 24.11 on
     * that closes the file, and what is logged after goes to standard error.
     */
    static DpdkLog open() {
        try {
            DpdkLog log = new DpdkLog(NativeLog.open());
            Thread thread = new Thread(log::read, "dpdk4j-log");
            thread.setDaemon(true);
            thread.start();
            Rte.rte_openlog_stream(log.log.file());
            return log;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs something, and keeps what C code prints meanwhile on its standard streams off them.
     *
     * @return what was written to them and to the log, without EAL's usage text
     */
    String capture(Runnable action) {
        synchronized (collected) {
            collecting = true;
        }
        log.whileOutputLeadsHere(action);
        // What was written is in the pipe now; this line behind it tells when all of it was read.
        log.write(END_OF_CAPTURE);
        synchronized (collected) {
            long deadline = System.nanoTime() + SETTLE_NANOS;
            while (collecting && System.nanoTime() < deadline) {
                try {
                    collected.wait(1);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    break;
                }
            }
            collecting = false;
            return String.join("; ", collected);
        }
    }

    private void read() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(log.text(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                accept(line.strip());
            }
        } catch (IOException e) {
            LoggerFactory.getLogger(DpdkLog.class).warn("DPDK's log ends here", e);
        }
    }

    private void accept(String line) {
        if (line.equals(END_OF_CAPTURE)) {
            synchronized (collected) {
                collecting = false;
                collected.notifyAll();
            }
            return;
        }
        usage = usage ? !line.startsWith("EAL: ") : line.startsWith(USAGE);
        if (line.isEmpty() || usage) {
            return;
        }
        synchronized (collected) {
            if (collecting) {
                collected.add(line);
            }
        }
        Matcher matcher = LINE.matcher(line);
        Logger logger =
                LoggerFactory.getLogger(matcher.matches() ? "dpdk." + matcher.group(1) : "dpdk");
        logger.info("{}", matcher.matches() ? matcher.group(2) : line);
    }
}
