// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov;

import java.util.List;
import java.util.Optional;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.FileStatus;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.kernel.NetlinkPort;

/** A kernel as it was before 3.16, which had no driver_override. */
final class KernelWithoutOverride implements Kernel {
    private final Kernel kernel;

    KernelWithoutOverride(Kernel kernel) {
        this.kernel = kernel;
    }

    private static void check(String path) throws KernelException {
        if (path.endsWith("/driver_override")) {
            throw new KernelException("open " + path, Errno.ENOENT);
        }
    }

    @Override
    public String read(String path) throws KernelException {
        check(path);
        return kernel.read(path);
    }

    @Override
    public void write(String path, String text) throws KernelException {
        check(path);
        kernel.write(path, text);
    }

    @Override
    public List<String> list(String path) throws KernelException {
        return kernel.list(path);
    }

    @Override
    public String readLink(String path) throws KernelException {
        return kernel.readLink(path);
    }

    @Override
    public Optional<FileStatus> status(String path) throws KernelException {
        return path.endsWith("/driver_override") ? Optional.empty() : kernel.status(path);
    }

    @Override
    public void own(String path, int uid, int gid, int mode) throws KernelException {
        kernel.own(path, uid, gid, mode);
    }

    @Override
    public void makeDirectory(String path) throws KernelException {
        kernel.makeDirectory(path);
    }

    @Override
    public void removeDirectory(String path) throws KernelException {
        kernel.removeDirectory(path);
    }

    @Override
    public void mount(String type, String target, String options) throws KernelException {
        kernel.mount(type, target, options);
    }

    @Override
    public void unmount(String target) throws KernelException {
        kernel.unmount(target);
    }

    @Override
    public void loadModule(String name) throws KernelException {
        kernel.loadModule(name);
    }

    @Override
    public NetlinkPort openNetlink(int protocol) throws KernelException {
        return kernel.openNetlink(protocol);
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
