// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.kernel;

import java.util.List;
import java.util.Optional;
import java.util.ServiceLoader;

/**
 * Linux, as far as this module uses it. Paths are absolute and as Linux names them ({@code
 * /sys/…}). Each method is one step: it happened or it did not. Safe for use by several threads.
 */
public interface Kernel {
    /**
     * The kernel of this machine, or what a {@link KernelProvider} on the path puts in its place.
     *
     * @return the kernel
     */
    static Kernel system() {
        return ServiceLoader.load(KernelProvider.class).stream()
                .map(provider -> provider.get().kernel())
                .flatMap(Optional::stream)
                .findFirst()
                .orElse(LinuxKernel.INSTANCE);
    }

    /**
     * A file's contents, read whole, without the newline at its end.
     *
     * @param path of a text file
     * @return the text
     * @throws KernelException with the errno of open or read
     */
    String read(String path) throws KernelException;

    /**
     * Writes a text by a single {@code write(2)}, as attributes of sysfs demand it. The file must
     * exist.
     *
     * @param path of a file
     * @param text what to write; nothing is added to it
     * @throws KernelException with the errno of open or write; EINTR is one of them, not retried
     *     here
     */
    void write(String path, String text) throws KernelException;

    /**
     * The names in a directory.
     *
     * @param path of a directory
     * @return names without the directory, sorted
     * @throws KernelException with the errno; ENOENT where there is no such directory
     */
    List<String> list(String path) throws KernelException;

    /**
     * Where a symbolic link points to.
     *
     * @param path of a link
     * @return its text, which is relative in sysfs
     * @throws KernelException with the errno; ENOENT where there is no such link
     */
    String readLink(String path) throws KernelException;

    /**
     * Type, mode, owner and number of a file, links not followed.
     *
     * @param path of anything
     * @return its status, or nothing if nothing has this name
     * @throws KernelException with any errno but ENOENT and ENOTDIR
     */
    Optional<FileStatus> status(String path) throws KernelException;

    /**
     * Changes owner and mode.
     *
     * @param path of anything
     * @param uid of the owner
     * @param gid of the group
     * @param mode permission bits, 12 of them
     * @throws KernelException with the errno
     */
    void own(String path, int uid, int gid, int mode) throws KernelException;

    /**
     * Makes a directory.
     *
     * @param path of it; its parent exists
     * @throws KernelException with the errno
     */
    void makeDirectory(String path) throws KernelException;

    /**
     * Removes an empty directory.
     *
     * @param path of it
     * @throws KernelException with the errno
     */
    void removeDirectory(String path) throws KernelException;

    /**
     * Mounts a file system.
     *
     * @param type of the file system, such as {@code hugetlbfs}
     * @param target where to
     * @param options of the file system, separated by commas
     * @throws KernelException with the errno of mount(2)
     */
    void mount(String type, String target, String options) throws KernelException;

    /**
     * Takes a mount away.
     *
     * @param target where it is
     * @throws KernelException with the errno of umount(2)
     */
    void unmount(String target) throws KernelException;

    /**
     * Loads a kernel module and what it needs.
     *
     * @param name of it, such as {@code vfio-pci}
     * @throws KernelException EPERM if that isn't allowed here, ENOENT if there is no such module
     */
    void loadModule(String name) throws KernelException;

    /**
     * A netlink socket.
     *
     * @param protocol one of the constants of {@link NetlinkPort}
     * @return the socket, to be closed by the caller
     * @throws KernelException with the errno of socket or bind
     */
    NetlinkPort openNetlink(int protocol) throws KernelException;

    /**
     * The limit of locked memory of this process.
     *
     * @return bytes; Long.MAX_VALUE if there is none
     */
    long memlockBytes();

    /**
     * Who we are.
     *
     * @return the effective user ID; 0 is root
     */
    int effectiveUid();
}
