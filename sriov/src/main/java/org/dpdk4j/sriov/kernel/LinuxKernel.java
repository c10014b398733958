// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.kernel;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_INT_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_LONG_UNALIGNED;
import static java.lang.foreign.ValueLayout.JAVA_SHORT_UNALIGNED;

import java.io.ByteArrayOutputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;

/** The kernel of this machine. */
final class LinuxKernel implements Kernel {
    static final LinuxKernel INSTANCE = new LinuxKernel();

    /** A page, which no attribute of sysfs exceeds; longer files take several reads. */
    private static final int CHUNK_BYTES = 4096;

    private static final int DIRECTORY_BYTES = 32768;

    // struct linux_dirent64: inode, offset, length of this entry, type, name
    private static final int DIRENT_LENGTH = 16;
    private static final int DIRENT_NAME = 19;

    // struct statx
    private static final int STATX_BYTES = 256;
    private static final int STATX_UID = 20;
    private static final int STATX_GID = 24;
    private static final int STATX_MODE = 28;
    private static final int STATX_INO = 32;

    private static final int S_IFMT = 0xf000;
    private static final int S_IFCHR = 0x2000;
    private static final int S_IFDIR = 0x4000;
    private static final int S_IFREG = 0x8000;
    private static final int S_IFLNK = 0xa000;
    private static final int PERMISSIONS = 0xfff;

    /** Of those, set-user-ID and set-group-ID. */
    private static final int SET_IDS = 0xc00;

    /** rwxr-xr-x. */
    private static final int DIRECTORY_MODE = 0x1ed;

    private LinuxKernel() {}

    @Override
    public String read(String path) throws KernelException {
        String what = "read " + path;
        try (Arena arena = Arena.ofConfined();
                OpenFile file = OpenFile.of(what, name(arena, what, path), Libc.O_RDONLY)) {
            MemorySegment chunk = arena.allocate(CHUNK_BYTES);
            ByteArrayOutputStream all = new ByteArrayOutputStream();
            while (true) {
                int got = (int) check(what, Libc.read(file.fd, chunk));
                if (got == 0) {
                    break;
                }
                all.writeBytes(chunk.asSlice(0, got).toArray(JAVA_BYTE));
            }
            String text = LinuxText.decode(all.toByteArray());
            return text.endsWith("\n") ? text.substring(0, text.length() - 1) : text;
        }
    }

    @Override
    public void write(String path, String text) throws KernelException {
        String what = "write \"" + text.strip() + "\" to " + path;
        try (Arena arena = Arena.ofConfined();
                OpenFile file = OpenFile.of(what, name(arena, what, path), Libc.O_WRONLY)) {
            byte[] bytes = LinuxText.encode(text);
            MemorySegment from = arena.allocateFrom(JAVA_BYTE, bytes);
            if (check(what, Libc.write(file.fd, from)) != bytes.length) {
                throw new KernelException(what, Errno.EIO);
            }
        }
    }

    @Override
    public List<String> list(String path) throws KernelException {
        String what = "list " + path;
        try (Arena arena = Arena.ofConfined();
                OpenFile file = OpenFile.of(what, name(arena, what, path), Libc.O_RDONLY)) {
            MemorySegment chunk = arena.allocate(DIRECTORY_BYTES, 8);
            List<String> names = new ArrayList<>();
            while (true) {
                int got = (int) check(what, Libc.getdents(file.fd, chunk));
                if (got == 0) {
                    break;
                }
                int length;
                for (int at = 0; at < got; at += length) {
                    length = chunk.get(JAVA_SHORT_UNALIGNED, at + DIRENT_LENGTH) & 0xffff;
                    String name = cString(chunk.asSlice(at + DIRENT_NAME, length - DIRENT_NAME));
                    if (!name.equals(".") && !name.equals("..")) {
                        names.add(name);
                    }
                }
            }
            Collections.sort(names);
            return List.copyOf(names);
        }
    }

    @Override
    public String readLink(String path) throws KernelException {
        String what = "read link " + path;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment into = arena.allocate(CHUNK_BYTES);
            long length = check(what, Libc.readlink(name(arena, what, path), into));
            return LinuxText.decode(into.asSlice(0, length).toArray(JAVA_BYTE));
        }
    }

    @Override
    public Optional<FileStatus> status(String path) throws KernelException {
        String what = "look at " + path;
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment status = arena.allocate(STATX_BYTES, 8);
            int result = Libc.statx(name(arena, what, path), status);
            if (result == -Errno.ENOENT || result == -Errno.ENOTDIR) {
                return Optional.empty();
            }
            check(what, result);
            int mode = status.get(JAVA_SHORT_UNALIGNED, STATX_MODE) & 0xffff;
            return Optional.of(
                    new FileStatus(
                            type(mode),
                            mode & PERMISSIONS,
                            status.get(JAVA_INT_UNALIGNED, STATX_UID),
                            status.get(JAVA_INT_UNALIGNED, STATX_GID),
                            status.get(JAVA_LONG_UNALIGNED, STATX_INO)));
        }
    }

    @Override
    public void own(String path, int uid, int gid, int mode) throws KernelException {
        String what = "give %s to %d:%d with mode %o".formatted(path, uid, gid, mode);
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = name(arena, what, path);
            Optional<FileStatus> now = status(path);
            if (now.isPresent() && now.get().ownedAs(uid, gid, mode & PERMISSIONS)) {
                return;
            }
            // In this order, since of a file that is somebody else's root may change the mode only
            // with CAP_FOWNER; and once more, as a change of the owner clears the set-ID bits.
            check(what, Libc.chmod(name, mode & PERMISSIONS));
            check(what, Libc.chown(name, uid, gid));
            if ((mode & SET_IDS) != 0) {
                check(what, Libc.chmod(name, mode & PERMISSIONS));
            }
        }
    }

    @Override
    public void makeDirectory(String path) throws KernelException {
        String what = "make directory " + path;
        try (Arena arena = Arena.ofConfined()) {
            check(what, Libc.mkdir(name(arena, what, path), DIRECTORY_MODE));
        }
    }

    @Override
    public void removeDirectory(String path) throws KernelException {
        String what = "remove directory " + path;
        try (Arena arena = Arena.ofConfined()) {
            check(what, Libc.rmdir(name(arena, what, path)));
        }
    }

    @Override
    public void mount(String type, String target, String options) throws KernelException {
        String what = "mount " + type + " at " + target + " with \"" + options + "\"";
        try (Arena arena = Arena.ofConfined()) {
            check(
                    what,
                    Libc.mount(
                            name(arena, what, type),
                            name(arena, what, target),
                            name(arena, what, options)));
        }
    }

    @Override
    public void unmount(String target) throws KernelException {
        String what = "unmount " + target;
        try (Arena arena = Arena.ofConfined()) {
            check(what, Libc.umount(name(arena, what, target)));
        }
    }

    @Override
    public void loadModule(String name) throws KernelException {
        Modprobe.load(name);
    }

    @Override
    public NetlinkPort openNetlink(int protocol) throws KernelException {
        return NetlinkSocket.open(protocol);
    }

    @Override
    public long memlockBytes() {
        long limit = Libc.memlockLimit();
        return limit < 0 ? Long.MAX_VALUE : limit;
    }

    @Override
    public int effectiveUid() {
        return Libc.geteuid();
    }

    private static FileStatus.Type type(int mode) {
        return switch (mode & S_IFMT) {
            case S_IFREG -> FileStatus.Type.FILE;
            case S_IFDIR -> FileStatus.Type.DIRECTORY;
            case S_IFLNK -> FileStatus.Type.LINK;
            case S_IFCHR -> FileStatus.Type.CHARACTER_DEVICE;
            default -> FileStatus.Type.OTHER;
        };
    }

    private static MemorySegment name(Arena arena, String what, String text)
            throws KernelException {
        if (text.indexOf('\0') >= 0) {
            // C would see another, shorter name.
            throw new KernelException(what, Errno.EINVAL);
        }
        byte[] bytes = LinuxText.encode(text);
        MemorySegment name = arena.allocate(bytes.length + 1L);
        MemorySegment.copy(bytes, 0, name, JAVA_BYTE, 0, bytes.length);
        return name;
    }

    private static String cString(MemorySegment bytes) {
        int length = 0;
        while (bytes.get(JAVA_BYTE, length) != 0) {
            length++;
        }
        return LinuxText.decode(bytes.asSlice(0, length).toArray(JAVA_BYTE));
    }

    private static long check(String what, long result) throws KernelException {
        if (result < 0) {
            throw new KernelException(what, (int) -result);
        }
        return result;
    }

    private record OpenFile(int fd) implements AutoCloseable {
        static OpenFile of(String what, MemorySegment path, int flags) throws KernelException {
            return new OpenFile((int) check(what, Libc.open(path, flags | Libc.O_CLOEXEC)));
        }

        @Override
        public void close() {
            // Its errno would tell of data not yet written, which sysfs doesn't have.
            Libc.close(fd);
        }
    }
}
