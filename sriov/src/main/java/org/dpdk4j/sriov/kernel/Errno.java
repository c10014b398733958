// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.kernel;

import java.util.Map;

/** Linux's error numbers, as {@code asm-generic/errno-base.h} and {@code errno.h} number them. */
public final class Errno {
    /** Operation not permitted. */
    public static final int EPERM = 1;

    /** No such file or directory. */
    public static final int ENOENT = 2;

    /** Interrupted system call. */
    public static final int EINTR = 4;

    /** I/O error. */
    public static final int EIO = 5;

    /** Try again. */
    public static final int EAGAIN = 11;

    /** Out of memory. */
    public static final int ENOMEM = 12;

    /** Permission denied. */
    public static final int EACCES = 13;

    /** Device or resource busy. */
    public static final int EBUSY = 16;

    /** File exists. */
    public static final int EEXIST = 17;

    /** No such device. */
    public static final int ENODEV = 19;

    /** Not a directory. */
    public static final int ENOTDIR = 20;

    /** Is a directory. */
    public static final int EISDIR = 21;

    /** Invalid argument. */
    public static final int EINVAL = 22;

    /** No space left. */
    public static final int ENOSPC = 28;

    /** Read-only file system. */
    public static final int EROFS = 30;

    /** Math result not representable: more VFs than there are. */
    public static final int ERANGE = 34;

    /** Directory not empty. */
    public static final int ENOTEMPTY = 39;

    /** Bad message: an answer of netlink that makes no sense. */
    public static final int EBADMSG = 74;

    /** Message too long. */
    public static final int EMSGSIZE = 90;

    /** Protocol not supported. */
    public static final int EPROTONOSUPPORT = 93;

    /** Operation not supported. */
    public static final int EOPNOTSUPP = 95;

    /** Network is down. */
    public static final int ENETDOWN = 100;

    /** No buffer space: messages of netlink were lost. */
    public static final int ENOBUFS = 105;

    /** Timed out. */
    public static final int ETIMEDOUT = 110;

    private static final Map<Integer, String[]> NAMES =
            Map.ofEntries(
                    entry(EPERM, "EPERM", "operation not permitted"),
                    entry(ENOENT, "ENOENT", "no such file or directory"),
                    entry(EINTR, "EINTR", "interrupted"),
                    entry(EIO, "EIO", "input/output error"),
                    entry(EAGAIN, "EAGAIN", "try again"),
                    entry(ENOMEM, "ENOMEM", "out of memory"),
                    entry(EACCES, "EACCES", "permission denied"),
                    entry(EBUSY, "EBUSY", "device or resource busy"),
                    entry(EEXIST, "EEXIST", "exists already"),
                    entry(ENODEV, "ENODEV", "no such device"),
                    entry(ENOTDIR, "ENOTDIR", "not a directory"),
                    entry(EISDIR, "EISDIR", "is a directory"),
                    entry(EINVAL, "EINVAL", "invalid argument"),
                    entry(ENOSPC, "ENOSPC", "no space left"),
                    entry(EROFS, "EROFS", "read-only file system"),
                    entry(ERANGE, "ERANGE", "out of range"),
                    entry(ENOTEMPTY, "ENOTEMPTY", "not empty"),
                    entry(EBADMSG, "EBADMSG", "bad message"),
                    entry(EMSGSIZE, "EMSGSIZE", "message too long"),
                    entry(EPROTONOSUPPORT, "EPROTONOSUPPORT", "protocol not supported"),
                    entry(EOPNOTSUPP, "EOPNOTSUPP", "not supported"),
                    entry(ENETDOWN, "ENETDOWN", "network is down"),
                    entry(ENOBUFS, "ENOBUFS", "no buffer space"),
                    entry(ETIMEDOUT, "ETIMEDOUT", "timed out"));

    private Errno() {}

    /**
     * The symbolic name.
     *
     * @param errno a number
     * @return such as {@code EBUSY}, or {@code errno 77} for one that is not listed here
     */
    public static String name(int errno) {
        String[] known = NAMES.get(errno);
        return known == null ? "errno " + errno : known[0];
    }

    /**
     * Name and meaning.
     *
     * @param errno a number
     * @return such as {@code EBUSY (device or resource busy)}
     */
    public static String text(int errno) {
        String[] known = NAMES.get(errno);
        return known == null ? "errno " + errno : known[0] + " (" + known[1] + ")";
    }

    private static Map.Entry<Integer, String[]> entry(int errno, String name, String meaning) {
        return Map.entry(errno, new String[] {name, meaning});
    }
}
