// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.kernel;

/**
 * What {@code lstat(2)} tells of a file.
 *
 * @param type what it is
 * @param mode the 12 permission bits
 * @param uid the owner
 * @param gid the group
 * @param inode its number, which in sysfs no two files have, not even one after the other: what was
 *     removed and made again has another
 */
public record FileStatus(Type type, int mode, int uid, int gid, long inode) {
    /**
     * Whether it belongs to somebody, with these permissions.
     *
     * @param user the owner's number
     * @param group the group's
     * @param permissions the 12 bits
     * @return whether all three agree
     */
    boolean ownedAs(int user, int group, int permissions) {
        return uid == user && gid == group && mode == permissions;
    }

    /** What a name stands for. */
    public enum Type {
        /** A regular file. */
        FILE,
        /** A directory. */
        DIRECTORY,
        /** A symbolic link. */
        LINK,
        /** A character device. */
        CHARACTER_DEVICE,
        /** A socket, pipe or block device. */
        OTHER
    }
}
