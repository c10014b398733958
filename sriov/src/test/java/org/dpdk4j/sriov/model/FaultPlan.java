// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

/**
 * What is to go wrong. Steps are counted from the moment that a fault is asked for, from 1. A
 * change is whatever may alter the machine: a write, a mount, a netlink message that sets
 * something.
 */
public final class FaultPlan {
    private static final String ANY = "";

    private final ModelKernel kernel;

    FaultPlan(ModelKernel kernel) {
        this.kernel = kernel;
    }

    /** The k-th change fails with this errno, and changes nothing. */
    public FaultPlan failChange(long k, int errno) {
        return add(Faults.When.BEFORE, errno, true, ANY, k, 1);
    }

    /** The k-th change is done, but answers with this errno. */
    public FaultPlan failAfterChange(long k, int errno) {
        return add(Faults.When.AFTER, errno, true, ANY, k, 1);
    }

    /** The k-th operation, reads among them, fails with this errno. */
    public FaultPlan failOperation(long k, int errno) {
        return add(Faults.When.BEFORE, errno, false, ANY, k, 1);
    }

    /**
     * Operations whose text matches fail.
     *
     * @param pattern a regular expression for a part of a line as {@link
     *     KernelModelProcess#trace()} shows it, such as {@code WRITE .*sriov_numvfs}
     * @param errno of the failure
     * @param times how many of them, from the first
     */
    public FaultPlan failMatching(String pattern, int errno, long times) {
        return add(Faults.When.BEFORE, errno, false, pattern, 1, times);
    }

    /** The process that asks for the k-th change is killed before it is done. */
    public FaultPlan killBeforeChange(long k) {
        return add(Faults.When.BEFORE, 0, true, ANY, k, 1);
    }

    /**
     * The process is killed when its k-th change has begun, and the kernel does it nevertheless.
     */
    public FaultPlan killDuringChange(long k) {
        return add(Faults.When.DURING, 0, true, ANY, k, 1);
    }

    /**
     * The process that asked for the k-th change is killed when it is done, before it learns so.
     */
    public FaultPlan killAfterChange(long k) {
        return add(Faults.When.AFTER, 0, true, ANY, k, 1);
    }

    /** The process that asks for the k-th operation, reads among them, is killed before it. */
    public FaultPlan killBeforeOperation(long k) {
        return add(Faults.When.BEFORE, 0, false, ANY, k, 1);
    }

    /** Attempts of a driver to take a device fail: {@code bind} says so, others are silent. */
    public FaultPlan refuseDriver(String driver, int errno, int times) {
        kernel.control("refuse", driver, errno, times);
        return this;
    }

    /** A PF's driver refuses to make or remove VFs. */
    public FaultPlan refuseVfs(String pf, int errno, int times) {
        kernel.control("refuse", "sriov:" + pf, errno, times);
        return this;
    }

    /** A device's reset fails. */
    public FaultPlan refuseReset(String address, int errno, int times) {
        kernel.control("refuse", "reset:" + address, errno, times);
        return this;
    }

    /** The next dumps of netlink say that what they tell may be inconsistent. */
    public FaultPlan interruptDumps(int count) {
        kernel.control("interrupt-dumps", count);
        return this;
    }

    /** A PF's link goes down, and is there again when it was looked for so often. */
    public FaultPlan loseLink(String pf, int looks) {
        kernel.control("link", pf, looks);
        return this;
    }

    /** Nothing goes wrong any more, but for what drivers still refuse. */
    public FaultPlan clear() {
        kernel.control("clear");
        return this;
    }

    private FaultPlan add(
            Faults.When when, int errno, boolean changes, String pattern, long first, long times) {
        kernel.control("fault", when, errno, changes, pattern, first, times);
        return this;
    }
}
