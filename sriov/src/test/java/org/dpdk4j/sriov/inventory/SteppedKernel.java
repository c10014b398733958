// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.inventory;

import java.util.List;
import java.util.Optional;
import org.dpdk4j.sriov.kernel.FileStatus;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.kernel.NetlinkPort;

/**
 * A kernel in between, where something may happen at each step: an errno, or the death of whoever
 * asks, played by an error that nobody catches. Reads are steps, too, and commits of the journal.
 */
final class SteppedKernel implements Kernel, Journal.Watch {
    /** Ends a process, as far as one thread can play that. */
    static final class Death extends Error {
        private static final long serialVersionUID = 1L;

        Death() {
            super("died", null, false, false);
        }
    }

    private final Kernel kernel;
    private long steps;
    private long deathAt = Long.MAX_VALUE;
    private long failFrom = Long.MAX_VALUE;
    private long failTo = Long.MAX_VALUE;
    private int errno;
    private boolean changesOnly;
    private boolean doneFirst;
    private String struck = "";

    SteppedKernel(Kernel kernel) {
        this.kernel = kernel;
    }

    /** Dies instead of this step, counted from 1; whoever is dead gets no further step done. */
    SteppedKernel dyingAt(long step) {
        deathAt = step;
        return this;
    }

    /** Only changes and commits are steps. */
    SteppedKernel countingChanges() {
        changesOnly = true;
        return this;
    }

    /** Steps of the kernel from here to there fail. */
    SteppedKernel failing(long from, long to, int error) {
        failFrom = from;
        failTo = to;
        errno = error;
        return this;
    }

    /** What fails is done nevertheless. */
    SteppedKernel doneFirst() {
        doneFirst = true;
        return this;
    }

    long steps() {
        return steps;
    }

    /** The step that failed or was not come to. */
    String struck() {
        return struck;
    }

    private interface Step<T> {
        T run() throws KernelException;
    }

    private <T> T step(String what, boolean change, Step<T> step) throws KernelException {
        if (!change && changesOnly) {
            if (steps >= deathAt) {
                throw new Death();
            }
            return step.run();
        }
        steps++;
        if (steps >= deathAt) {
            struck = struck.isEmpty() ? what : struck;
            throw new Death();
        }
        if (steps >= failFrom && steps <= failTo) {
            struck = struck.isEmpty() ? what : struck;
            if (doneFirst) {
                step.run();
            }
            throw new KernelException(what, errno);
        }
        return step.run();
    }

    private interface Change {
        void run() throws KernelException;
    }

    private void change(String what, Change change) throws KernelException {
        step(
                what,
                true,
                () -> {
                    change.run();
                    return "";
                });
    }

    @Override
    public void beforeCommit() {
        commit("before commit");
    }

    @Override
    public void afterCommit() {
        commit("after commit");
    }

    private void commit(String what) {
        steps++;
        if (steps >= deathAt) {
            struck = struck.isEmpty() ? what : struck;
            throw new Death();
        }
    }

    @Override
    public String read(String path) throws KernelException {
        return step("read " + path, false, () -> kernel.read(path));
    }

    @Override
    public void write(String path, String text) throws KernelException {
        change("write " + text.strip() + " to " + path, () -> kernel.write(path, text));
    }

    @Override
    public List<String> list(String path) throws KernelException {
        return step("list " + path, false, () -> kernel.list(path));
    }

    @Override
    public String readLink(String path) throws KernelException {
        return step("read link " + path, false, () -> kernel.readLink(path));
    }

    @Override
    public Optional<FileStatus> status(String path) throws KernelException {
        return step("look at " + path, false, () -> kernel.status(path));
    }

    @Override
    public void own(String path, int uid, int gid, int mode) throws KernelException {
        change("own " + path, () -> kernel.own(path, uid, gid, mode));
    }

    @Override
    public void makeDirectory(String path) throws KernelException {
        change("mkdir " + path, () -> kernel.makeDirectory(path));
    }

    @Override
    public void removeDirectory(String path) throws KernelException {
        change("rmdir " + path, () -> kernel.removeDirectory(path));
    }

    @Override
    public void mount(String type, String target, String options) throws KernelException {
        change("mount " + target, () -> kernel.mount(type, target, options));
    }

    @Override
    public void unmount(String target) throws KernelException {
        change("unmount " + target, () -> kernel.unmount(target));
    }

    @Override
    public void loadModule(String name) throws KernelException {
        change("modprobe " + name, () -> kernel.loadModule(name));
    }

    @Override
    public NetlinkPort openNetlink(int protocol) throws KernelException {
        NetlinkPort port = step("open netlink", false, () -> kernel.openNetlink(protocol));
        return new NetlinkPort() {
            @Override
            public void send(byte[] datagram) throws KernelException {
                // Type 19 is RTM_SETLINK.
                boolean change = datagram[4] == 19;
                step(
                        change ? "send RTM_SETLINK" : "send request",
                        change,
                        () -> {
                            port.send(datagram);
                            return "";
                        });
            }

            @Override
            public byte[] receive() throws KernelException {
                return step("receive", false, port::receive);
            }

            @Override
            public void close() {
                port.close();
            }
        };
    }

    @Override
    public long memlockBytes() {
        return kernel.memlockBytes();
    }

    @Override
    public int effectiveUid() {
        return kernel.effectiveUid();
    }
}
