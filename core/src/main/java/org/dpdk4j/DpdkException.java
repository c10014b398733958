// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.util.Arrays;
import java.util.stream.Collectors;
import org.dpdk4j.bindings.Dpdk;
import org.dpdk4j.bindings.memory.NativeMemory;
import org.dpdk4j.bindings.rte.Rte;

/**
 * A call on the control path that DPDK, or dpdk4j on its behalf, refused.
 *
 * <p>The message names the function, its arguments as {@code name=value}, and the reason.
 */
public class DpdkException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** Linux's error numbers where dpdk4j itself refuses. */
    static final int ENOENT = 2;

    static final int EIO = 5;
    static final int EAGAIN = 11;
    static final int ENOMEM = 12;
    static final int EBUSY = 16;
    static final int EEXIST = 17;
    static final int ENODEV = 19;
    static final int EINVAL = 22;
    static final int ENOSPC = 28;
    static final int ENOTSUP = 95;
    static final int EALREADY = 114;

    private final String function;
    private final int errno;
    private final String meaning;

    /**
     * A failure with a meaning of its own.
     *
     * @param function the DPDK function that failed or would have
     * @param errno the positive error number
     * @param meaning what it means, as a sentence or a clause
     * @param arguments what the function was called with, each as {@code name=value}
     */
    public DpdkException(String function, int errno, String meaning, String... arguments) {
        super(
                Arrays.stream(arguments).collect(Collectors.joining(", ", function + "(", "): "))
                        + meaning
                        + " (errno "
                        + errno
                        + ")");
        this.function = function;
        this.errno = errno;
        this.meaning = meaning;
    }

    /**
     * Turns a return value into an exception if it says so.
     *
     * @param result what the function returned: negative if it failed, with the error number in it
     * @param function its name
     * @param arguments what it was called with, each as {@code name=value}
     * @return the result, zero or more
     * @throws DpdkException if the result is negative
     */
    static int check(int result, String function, String... arguments) {
        if (result < 0) {
            throw of(function, -result, arguments);
        }
        return result;
    }

    /** A failure whose number the function returned. */
    static DpdkException of(String function, int errno, String... arguments) {
        return new DpdkException(function, errno, meaningOf(errno), arguments);
    }

    /**
     * The function that failed.
     *
     * @return DPDK's name for it
     */
    public String function() {
        return function;
    }

    /**
     * The error number.
     *
     * @return a positive number, as in {@code errno.h} and {@code rte_errno.h}
     */
    public int errno() {
        return errno;
    }

    /**
     * What the error number means here.
     *
     * @return a sentence or a clause
     */
    public String meaning() {
        return meaning;
    }

    static String meaningOf(int errno) {
        return Dpdk.isAvailable()
                ? NativeMemory.getString(Rte.rte_strerror(errno).address())
                : "error " + errno;
    }
}
