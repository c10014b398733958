// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.util.List;
import java.util.Optional;
import org.dpdk4j.sriov.kernel.FileStatus;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.kernel.NetlinkPort;

/** A kernel through which another one is seen: tests override what is to look different. */
public class KernelView implements Kernel {
    private final Kernel kernel;

    /** Lets all through. */
    public KernelView(Kernel kernel) {
        this.kernel = kernel;
    }

    @Override
    public String read(String path) throws KernelException {
        return kernel.read(path);
    }

    @Override
    public void write(String path, String text) throws KernelException {
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
        return kernel.status(path);
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
