// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.kernel;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * The calls into the C library, and the only class of the module that may make restricted ones.
 * Each returns what the call did, or the negated errno, as the kernel itself does.
 */
final class Libc {
    static final int O_RDONLY = 0;
    static final int O_WRONLY = 1;
    static final int O_CLOEXEC = 0x80000;

    private static final MemoryLayout STATE = Linker.Option.captureStateLayout();
    private static final VarHandle ERRNO =
            STATE.varHandle(MemoryLayout.PathElement.groupElement("errno"));

    private static final int AT_FDCWD = -100;
    private static final int AT_SYMLINK_NOFOLLOW = 0x100;
    private static final int STATX_BASIC_STATS = 0x7ff;
    private static final int RLIMIT_MEMLOCK = 8;

    // Of open's variadic mode nothing is passed: nothing is created here.
    private static final Function OPEN =
            new Function("open", ints(ADDRESS, JAVA_INT), Linker.Option.firstVariadicArg(2));
    private static final Function CLOSE = new Function("close", ints(JAVA_INT));
    private static final Function READ = new Function("read", longs(JAVA_INT, ADDRESS, JAVA_LONG));
    private static final Function WRITE =
            new Function("write", longs(JAVA_INT, ADDRESS, JAVA_LONG));
    private static final Function GETDENTS =
            new Function("getdents64", longs(JAVA_INT, ADDRESS, JAVA_LONG));
    private static final Function READLINK =
            new Function("readlink", longs(ADDRESS, ADDRESS, JAVA_LONG));
    // Not lstat: statx lays its answer out alike on every architecture.
    private static final Function STATX =
            new Function("statx", ints(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT, ADDRESS));
    private static final Function CHOWN = new Function("chown", ints(ADDRESS, JAVA_INT, JAVA_INT));
    private static final Function CHMOD = new Function("chmod", ints(ADDRESS, JAVA_INT));
    private static final Function MKDIR = new Function("mkdir", ints(ADDRESS, JAVA_INT));
    private static final Function RMDIR = new Function("rmdir", ints(ADDRESS));
    private static final Function MOUNT =
            new Function("mount", ints(ADDRESS, ADDRESS, ADDRESS, JAVA_LONG, ADDRESS));
    private static final Function UMOUNT = new Function("umount2", ints(ADDRESS, JAVA_INT));
    private static final Function GETRLIMIT = new Function("getrlimit", ints(JAVA_INT, ADDRESS));
    private static final Function SOCKET =
            new Function("socket", ints(JAVA_INT, JAVA_INT, JAVA_INT));
    private static final Function BIND = new Function("bind", ints(JAVA_INT, ADDRESS, JAVA_INT));
    private static final Function SETSOCKOPT =
            new Function("setsockopt", ints(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS, JAVA_INT));
    private static final Function SEND =
            new Function("send", longs(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT));
    private static final Function RECVFROM =
            new Function(
                    "recvfrom", longs(JAVA_INT, ADDRESS, JAVA_LONG, JAVA_INT, ADDRESS, ADDRESS));
    private static final Function GETEUID = new Function("geteuid", ints());

    private Libc() {}

    static int open(MemorySegment path, int flags) {
        return (int) call(state -> (int) OPEN.handle().invokeExact(state, path, flags));
    }

    static int close(int fd) {
        return (int) call(state -> (int) CLOSE.handle().invokeExact(state, fd));
    }

    static long read(int fd, MemorySegment into) {
        return call(state -> (long) READ.handle().invokeExact(state, fd, into, into.byteSize()));
    }

    static long write(int fd, MemorySegment from) {
        return call(state -> (long) WRITE.handle().invokeExact(state, fd, from, from.byteSize()));
    }

    /** Fills in {@code struct linux_dirent64}, one after the other. */
    static long getdents(int fd, MemorySegment into) {
        return call(
                state -> (long) GETDENTS.handle().invokeExact(state, fd, into, into.byteSize()));
    }

    static long readlink(MemorySegment path, MemorySegment into) {
        return call(
                state -> (long) READLINK.handle().invokeExact(state, path, into, into.byteSize()));
    }

    /** Fills in {@code struct statx} for the name itself, not for what a link leads to. */
    static int statx(MemorySegment path, MemorySegment into) {
        return (int)
                call(state ->
                        (int)
                                STATX.handle()
                                        .invokeExact(
                                                state,
                                                AT_FDCWD,
                                                path,
                                                AT_SYMLINK_NOFOLLOW,
                                                STATX_BASIC_STATS,
                                                into));
    }

    static int chown(MemorySegment path, int uid, int gid) {
        return (int) call(state -> (int) CHOWN.handle().invokeExact(state, path, uid, gid));
    }

    static int chmod(MemorySegment path, int mode) {
        return (int) call(state -> (int) CHMOD.handle().invokeExact(state, path, mode));
    }

    static int mkdir(MemorySegment path, int mode) {
        return (int) call(state -> (int) MKDIR.handle().invokeExact(state, path, mode));
    }

    static int rmdir(MemorySegment path) {
        return (int) call(state -> (int) RMDIR.handle().invokeExact(state, path));
    }

    static int mount(MemorySegment type, MemorySegment target, MemorySegment options) {
        long flags = 0;
        return (int)
                call(state ->
                        (int)
                                MOUNT.handle()
                                        .invokeExact(state, type, target, type, flags, options));
    }

    static int umount(MemorySegment target) {
        int flags = 0;
        return (int) call(state -> (int) UMOUNT.handle().invokeExact(state, target, flags));
    }

    static int socket(int family, int type, int protocol) {
        return (int)
                call(state -> (int) SOCKET.handle().invokeExact(state, family, type, protocol));
    }

    static int bind(int fd, MemorySegment address) {
        int length = (int) address.byteSize();
        return (int) call(state -> (int) BIND.handle().invokeExact(state, fd, address, length));
    }

    static int setsockopt(int fd, int level, int option, MemorySegment value) {
        int length = (int) value.byteSize();
        return (int)
                call(state ->
                        (int)
                                SETSOCKOPT
                                        .handle()
                                        .invokeExact(state, fd, level, option, value, length));
    }

    static long send(int fd, MemorySegment from) {
        int flags = 0;
        return call(
                state -> (long) SEND.handle().invokeExact(state, fd, from, from.byteSize(), flags));
    }

    /** The length is an int in and out, of the sender's address. */
    static long recvfrom(
            int fd, MemorySegment into, int flags, MemorySegment sender, MemorySegment length) {
        return call(state ->
                (long)
                        RECVFROM.handle()
                                .invokeExact(
                                        state, fd, into, into.byteSize(), flags, sender, length));
    }

    /** The soft limit of locked memory; -1 is none. */
    static long memlockLimit() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment limits = arena.allocate(JAVA_LONG, 2);
            long result =
                    call(state ->
                            (int) GETRLIMIT.handle().invokeExact(state, RLIMIT_MEMLOCK, limits));
            if (result < 0) {
                throw new IllegalStateException("getrlimit: " + Errno.text((int) -result));
            }
            return limits.get(JAVA_LONG, 0);
        }
    }

    static int geteuid() {
        try (Arena arena = Arena.ofConfined()) {
            // Never fails, and a large ID is a negative int: so errno is not looked at.
            return (int) GETEUID.handle().invokeExact(arena.allocate(STATE));
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private interface Call {
        long invoke(MemorySegment state) throws Throwable;
    }

    private static long call(Call call) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment state = arena.allocate(STATE);
            long result = call.invoke(state);
            return result == -1 ? -(int) ERRNO.get(state, 0L) : result;
        } catch (Throwable e) {
            throw new AssertionError(e);
        }
    }

    private static FunctionDescriptor ints(MemoryLayout... arguments) {
        return FunctionDescriptor.of(JAVA_INT, arguments);
    }

    private static FunctionDescriptor longs(MemoryLayout... arguments) {
        return FunctionDescriptor.of(JAVA_LONG, arguments);
    }

    /** Is linked when it is first called, because that takes longer than most calls. */
    private static final class Function {
        private final String name;
        private final FunctionDescriptor type;
        private final Linker.Option[] options;
        private volatile @Nullable MethodHandle handle;

        Function(String name, FunctionDescriptor type, Linker.Option... options) {
            this.name = name;
            this.type = type;
            this.options = options;
        }

        MethodHandle handle() {
            MethodHandle linked = handle;
            if (linked == null) {
                // Twice by two threads does no harm.
                linked = link();
                handle = linked;
            }
            return linked;
        }

        @SuppressWarnings("restricted")
        private MethodHandle link() {
            Linker linker = Linker.nativeLinker();
            Linker.Option[] all = new Linker.Option[options.length + 1];
            all[0] = Linker.Option.captureCallState("errno");
            System.arraycopy(options, 0, all, 1, options.length);
            return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), type, all);
        }
    }
}
