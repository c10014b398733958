// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.pf;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.sriov.netlink.Link;
import org.dpdk4j.sriov.netlink.LinkVf;
import org.dpdk4j.sriov.netlink.Links;
import org.dpdk4j.sriov.sysfs.Patience;
import org.dpdk4j.sriov.sysfs.Refusal;
import org.dpdk4j.sriov.sysfs.Sysfs;
import org.jspecify.annotations.Nullable;

/** Sets up VFs through the network interface of their PF. */
final class VfControl {
    /** A VF that is being reset is busy for up to a second or two. */
    private static final Duration BUSY_LIMIT = Duration.ofSeconds(10);

    /** Some drivers hand a setting to their firmware, and show it a little later. */
    private static final Duration SHOW_LIMIT = Duration.ofMillis(300);

    private static final int ROUNDS = 3;

    private final Kernel kernel;
    private final PhysicalFunction pf;
    private final Links links;

    VfControl(Kernel kernel, PhysicalFunction pf) {
        this.kernel = kernel;
        this.pf = pf;
        this.links = Links.of(kernel);
    }

    List<VfInfo> vfs() {
        return read(pf.netdev(), false).vfs().stream().map(VfInfo::of).toList();
    }

    VfInfo vf(int vf) {
        return VfInfo.of(read(pf.netdev(), vf, false));
    }

    VfStatistics statistics(int vf) {
        LinkVf.Counters counters = read(pf.netdev(), vf, true).counters();
        return new VfStatistics(
                counters.rxPackets(),
                counters.txPackets(),
                counters.rxBytes(),
                counters.txBytes(),
                counters.broadcast(),
                counters.multicast(),
                counters.rxDropped(),
                counters.txDropped());
    }

    void configure(int vf, VfSettings settings) {
        Netdev netdev = pf.netdev();
        VfInfo before = VfInfo.of(read(netdev, vf, false));
        List<VfSetting> made = new ArrayList<>();
        try {
            for (VfSetting setting : VfSetting.of(settings, before)) {
                made.add(setting);
                make(netdev, vf, setting);
            }
            confirm(netdev, vf, made);
        } catch (SriovException e) {
            throw undone(netdev, before, made, e);
        }
    }

    void restore(VfInfo before) {
        Netdev netdev = pf.netdev();
        VfInfo now = VfInfo.of(read(netdev, before.index(), false));
        List<VfSetting> differing =
                VfSetting.of(before).stream().filter(setting -> !setting.shown(now)).toList();
        SriovException failure = putBack(netdev, before.index(), differing);
        if (failure != null) {
            throw failure;
        }
    }

    private SriovException undone(
            Netdev netdev, VfInfo before, List<VfSetting> made, SriovException cause) {
        try {
            VfInfo now = VfInfo.of(read(netdev, before.index(), false));
            List<String> touched = made.stream().map(VfSetting::name).toList();
            List<VfSetting> differing =
                    VfSetting.of(before).stream()
                            .filter(setting -> touched.contains(setting.name()))
                            .filter(setting -> !setting.shown(now))
                            .toList()
                            .reversed();
            SriovException failure = putBack(netdev, before.index(), differing);
            if (failure == null) {
                return cause;
            }
            throw failure;
        } catch (SriovException e) {
            SriovException both =
                    new SriovException(
                            cause.getMessage() + " And after that: " + e.getMessage(), cause);
            both.addSuppressed(e);
            return both;
        }
    }

    /** Makes all settings that can be made; returns what failed of the others. */
    private @Nullable SriovException putBack(Netdev netdev, int vf, List<VfSetting> settings) {
        SriovException failure = null;
        for (VfSetting setting : settings) {
            try {
                make(netdev, vf, setting);
                confirm(netdev, vf, List.of(setting));
            } catch (SriovException e) {
                if (failure == null) {
                    failure = e;
                } else {
                    SriovException both =
                            new SriovException(failure.getMessage() + " " + e.getMessage(), e);
                    both.addSuppressed(failure);
                    failure = both;
                }
            }
        }
        return failure;
    }

    private void make(Netdev netdev, int vf, VfSetting setting) {
        Patience patience = new Patience(BUSY_LIMIT);
        String attempt = attempt(vf, setting);
        while (true) {
            // Asked before, too: the link may come between the driver's refusal and the next
            // question.
            boolean linkless = linkComesUp(netdev);
            try {
                links.set(netdev.index(), setting.command());
                return;
            } catch (KernelException e) {
                boolean passing =
                        switch (e.errno()) {
                            case Errno.EAGAIN, Errno.EBUSY, Errno.EINTR, Errno.ENOBUFS -> true;
                            case Errno.EINVAL -> linkless || linkComesUp(netdev);
                            default -> false;
                        };
                if (!passing || !patience.pause(attempt)) {
                    throw refusal(attempt, e);
                }
            }
        }
    }

    /**
     * Whether the interface is up and its link is not, as for a moment after VFs were made. Without
     * the link's speed some drivers refuse any rate ({@code igb_ndo_set_vf_bw} in Linux's igb).
     */
    private boolean linkComesUp(Netdev netdev) {
        return netdev.up()
                && new Sysfs(kernel)
                        .text(Sysfs.NET + netdev.name() + "/carrier")
                        .filter(carrier -> carrier.equals("0"))
                        .isPresent();
    }

    /** Reads back, and makes again what isn't so. */
    private void confirm(Netdev netdev, int vf, List<VfSetting> settings) {
        List<VfSetting> left = settings;
        for (int round = 1; !left.isEmpty(); round++) {
            Patience patience = new Patience(SHOW_LIMIT);
            VfInfo now;
            do {
                now = VfInfo.of(read(netdev, vf, false));
                left = missing(left, now);
            } while (!left.isEmpty() && patience.pause(attempt(vf, left.getFirst())));
            if (!left.isEmpty() && round == ROUNDS) {
                throw new SriovException(
                        "Can't "
                                + attempt(vf, left.getFirst())
                                + ": the driver took it, but shows it as "
                                + left.getFirst().value(now)
                                + ". It may be unable to: leave this setting out.");
            }
            for (VfSetting setting : left) {
                make(netdev, vf, setting);
            }
        }
    }

    private static List<VfSetting> missing(List<VfSetting> settings, VfInfo now) {
        return settings.stream().filter(setting -> !setting.shown(now)).toList();
    }

    private String attempt(int vf, VfSetting setting) {
        return "set the " + setting + " of VF " + vf + " of " + pf;
    }

    private SriovException refusal(String attempt, KernelException e) {
        String driver =
                new Sysfs(kernel).linkName(Sysfs.device(pf.address()) + "/driver").orElse("driver");
        String why =
                switch (e.errno()) {
                    case Errno.EOPNOTSUPP ->
                            "the PF's " + driver + " has no such setting. Leave it out.";
                    case Errno.EPROTONOSUPPORT ->
                            "the PF's " + driver + " doesn't know this protocol. Use 802.1Q.";
                    case Errno.EINVAL, Errno.ERANGE ->
                            "the PF's " + driver + " refuses this value. Use another, or none.";
                    case Errno.ENODEV ->
                            "the PF's network interface has vanished. See dmesg, and try again.";
                    default -> "";
                };
        return why.isEmpty()
                ? Refusal.of(kernel, attempt, e)
                : new SriovException(
                        "Can't " + attempt + ": " + why + " Linux said: " + e.getMessage() + ".",
                        e);
    }

    private LinkVf read(Netdev netdev, int vf, boolean counters) {
        return read(netdev, counters).vfs().stream()
                .filter(found -> found.index() == vf)
                .findFirst()
                .orElseThrow(() ->
                        new SriovException(
                                "The driver of "
                                        + pf
                                        + " tells nothing of VF "
                                        + vf
                                        + ": it may just be resetting it, or can't. See"
                                        + " dmesg."));
    }

    private Link read(Netdev netdev, boolean counters) {
        String attempt = "read the VFs of " + pf;
        try {
            return links.withVfs(netdev.index(), counters)
                    .orElseThrow(() ->
                            new SriovException(
                                    "Can't "
                                            + attempt
                                            + ": its network interface has just vanished."
                                            + " Try again."));
        } catch (KernelException e) {
            if (e.errno() == Errno.EMSGSIZE) {
                throw new SriovException(
                        "Can't "
                                + attempt
                                + ": they are more than this kernel can tell of at once. Make"
                                + " fewer: about "
                                + (counters ? 200 : 300)
                                + " is its limit. Linux said: "
                                + e.getMessage()
                                + ".",
                        e);
            }
            throw Refusal.of(kernel, attempt, e);
        }
    }
}
