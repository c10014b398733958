// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.dpdk4j.bindings.Dpdk;
import org.dpdk4j.bindings.rte.Rte;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Settings for {@link Eal}, each an option of EAL's command line.
 *
 * <p>Settings made here and options given by {@link #arguments} go to EAL as they are. {@link
 * #detect} fills in what neither of them decides.
 */
public final class EalBuilder {
    private static final Logger LOG = LoggerFactory.getLogger(EalBuilder.class);
    private static final String PROGRAM = "dpdk4j";
    private static final long MEBIBYTE = 1 << 20;

    /**
     * Memory without hugepages can't grow later; enough for a few pools of the usual size. VFIO
     * maps it page by page, of 4 KiB each, and takes 65,535 pages at most (dma_entry_limit of
     * vfio_iommu_type1), so that a device would refuse 256 MiB.
     */
    private static final int MEMORY_MEBIBYTES = 192;

    private final List<String> words = new ArrayList<>();
    private boolean detect;

    EalBuilder() {}

    /**
     * Sets the CPUs to use, one lcore on each; the lowest is the main lcore. They may be others
     * than those that the process was started on: isolated ones, or where {@code taskset} keeps the
     * JVM's own threads on a few.
     *
     * @param list a list such as {@code 0-1,4}, or a map of lcores to CPUs
     * @return this
     */
    public EalBuilder lcores(String list) {
        return add("--lcores", list);
    }

    /**
     * Sets which lcore is the main one.
     *
     * @param lcore its number
     * @return this
     */
    public EalBuilder mainLcore(int lcore) {
        return add("--main-lcore", Integer.toString(lcore));
    }

    /**
     * Makes no files at all, neither for hugepages nor for other processes.
     *
     * @return this
     */
    public EalBuilder inMemory() {
        return add("--in-memory");
    }

    /**
     * Uses ordinary memory instead of hugepages. Say how much with {@link #memoryMebibytes}.
     *
     * @return this
     */
    public EalBuilder noHuge() {
        return add("--no-huge");
    }

    /**
     * Sets how much memory to reserve at the start.
     *
     * @param mebibytes how much, in MiB
     * @return this
     */
    public EalBuilder memoryMebibytes(int mebibytes) {
        return add("-m", Integer.toString(mebibytes));
    }

    /**
     * Sets the name by which processes that share memory find each other. Programs that share none
     * need different prefixes.
     *
     * @param prefix the prefix of their files' names
     * @return this
     */
    public EalBuilder filePrefix(String prefix) {
        return add("--file-prefix", prefix);
    }

    /**
     * Makes a virtual device.
     *
     * @param device its name and arguments, such as {@code net_ring0} or {@code
     *     net_pcap0,rx_pcap=in.pcap,tx_pcap=out.pcap}
     * @return this
     */
    public EalBuilder vdev(String device) {
        return add("--vdev", device);
    }

    /**
     * Adds a PCI device to the allow list. With a list, EAL probes no others.
     *
     * @param address its PCI address, with driver arguments if need be
     * @return this
     */
    public EalBuilder allow(String address) {
        return add("--allow", address);
    }

    /**
     * Doesn't look for PCI devices.
     *
     * @return this
     */
    public EalBuilder noPci() {
        return add("--no-pci");
    }

    /**
     * Sets what devices use as addresses.
     *
     * @param mode physical or virtual
     * @return this
     */
    public EalBuilder iovaMode(IovaMode mode) {
        return add("--iova-mode", mode.option());
    }

    /**
     * Sets which messages DPDK logs.
     *
     * @param level a level ({@code debug}, {@code 8}), or a pattern of log types and a level
     *     ({@code lib.eal:debug})
     * @return this
     */
    public EalBuilder logLevel(String level) {
        return add("--log-level", level);
    }

    /**
     * Adds options as they are written on a command line.
     *
     * @param options EAL's options, without a program name and without {@code --}
     * @return this
     */
    public EalBuilder arguments(String... options) {
        Collections.addAll(words, options);
        return this;
    }

    /**
     * Fills in, from what is found around the process, what no other setting decides: lcores on the
     * CPUs that the process was started on (to which isolated ones don't belong: name those by
     * {@link #lcores}), hugepages or ordinary memory, in a container virtual addresses, or physical
     * ones where its devices need them, the devices that this container was given (see {@link
     * NetInfo}) or else no PCI scan where no device is bound for DPDK, and a file prefix that can't
     * clash. What was decided is logged in one line. So one program runs unchanged on a laptop, on
     * a host, and in a container.
     *
     * <p>With such a file prefix, what EAL keeps under it in files is removed when it is closed,
     * and what killed processes with such a prefix left in the runtime directory when it is
     * started.
     *
     * <p>In a container whose seccomp filter is on, hugepages are used only with {@code
     * CAP_SYS_NICE}: without it the usual filters refuse what EAL calls to place them. Where yours
     * allows {@code set_mempolicy}, {@link #inMemory} makes EAL use them. Nor are they used where
     * fewer than 192 MiB of them are free, or where a limit of the control groups (v2) leaves less.
     *
     * @return this
     */
    public EalBuilder detect() {
        detect = true;
        return this;
    }

    /**
     * Starts EAL, on a thread of its own. Once per process: where EAL itself has refused to start,
     * too, a second try needs a new process. What is refused before EAL is called, as an unknown
     * option is, may be tried again.
     *
     * @return the running EAL, to be closed by the caller
     * @throws DpdkException with the reason if DPDK is absent or of an ABI that is not supported,
     *     an option is wrong, EAL refuses, or it was started before
     */
    public Eal start() {
        EalOptions given = EalOptions.parse(words);
        Dpdk.unavailabilityCause()
                .ifPresent(cause -> {
                    throw new DpdkException("dlopen", DpdkException.ENOENT, cause);
                });
        Surroundings here = Surroundings.here();
        given.requireCpus();
        List<String> arguments = new ArrayList<>(words);
        String ownPrefix = "";
        if (detect) {
            List<String> detected = detected(given, here);
            LOG.info("EAL options: {} given, {} detected", given.words(), detected);
            if (detected.contains("--no-huge") && here.hugepages().totalBytes() > 0) {
                LOG.warn(
                        "Memory without hugepages: of {} MiB of them {} are free for this program,"
                                + " which wants {}. Without SYS_NICE a container may use none.",
                        here.hugepages().totalBytes() / MEBIBYTE,
                        here.hugepages().freeBytes() / MEBIBYTE,
                        MEMORY_MEBIBYTES);
            }
            arguments.addAll(detected);
            ownPrefix = EalOptions.parse(detected).value("--file-prefix").orElse("");
        }
        Dpdk.driverDirectory().ifPresent(path -> Collections.addAll(arguments, "-d", "" + path));
        return Eal.start(PROGRAM, arguments, new FilePrefix(ownPrefix));
    }

    static List<String> detected(EalOptions given, Surroundings here) {
        List<String> found = new ArrayList<>();
        if (!given.choosesLcores()) {
            // An lcore's number has a limit, which a CPU's may exceed.
            CpuSet cpus = here.cpus();
            int limit = Rte.RTE_MAX_LCORE();
            Collections.addAll(
                    found,
                    cpus.below(limit) ? "-l" : "--lcores",
                    cpus.below(limit) ? cpus.toString() : cpus.lcoreMap(limit));
        }
        boolean huge = !given.has("--no-huge");
        if (!given.has("--no-huge", "--in-memory", "--huge-dir", "--socket-mem", "--numa-mem")) {
            huge = enoughHugepages(given, here.hugepages()) && !here.memoryPolicyRefused();
            if (!huge) {
                found.add("--no-huge");
            } else if (!here.hugepages().directoryWritable()) {
                found.add("--in-memory");
            }
        }
        if (!huge && !given.has("--memory-size", "--socket-mem", "--numa-mem")) {
            Collections.addAll(found, "-m", Integer.toString(MEMORY_MEBIBYTES));
        }
        List<NetInfo.Device> devices =
                given.has("--no-pci", "--allow", "--block") ? List.of() : devicesGivenTo(here);
        devices.forEach(device -> Collections.addAll(found, "--allow", device.pciAddress()));
        if (!given.has("--iova-mode") && here.container()) {
            PciDevices pci = here.pciDevices();
            boolean physical =
                    devices.stream().anyMatch(pci::needsPhysicalAddresses)
                            || given.values("--allow").stream()
                                    .map(PciDevices::address)
                                    .anyMatch(pci::needsPhysicalAddresses);
            IovaMode mode = physical ? IovaMode.PA : IovaMode.VA;
            Collections.addAll(found, "--iova-mode", mode.option());
        }
        if (!given.has("--no-pci", "--allow", "--block")
                && devices.isEmpty()
                && (here.netInfo().isPresent() || here.pciDevices().forUserspace().isEmpty())) {
            found.add("--no-pci");
        }
        if (!given.has("--file-prefix", "--in-memory") && !found.contains("--in-memory")) {
            Collections.addAll(found, "--file-prefix", FilePrefix.makeUp());
        }
        return found;
    }

    private static boolean enoughHugepages(EalOptions given, Hugepages hugepages) {
        long wanted = MEMORY_MEBIBYTES * MEBIBYTE;
        return hugepages.freeBytes() >= wanted
                || (!given.value("--huge-unlink").equals(Optional.of("never"))
                        && hugepages.bytesToBeFree() >= wanted);
    }

    /** The devices that this container was given and that DPDK can use; never anybody else's. */
    private static List<NetInfo.Device> devicesGivenTo(Surroundings here) {
        return here.netInfo().map(NetInfo::devices).orElse(List.of()).stream()
                .filter(here.pciDevices()::forUserspace)
                .toList();
    }

    private EalBuilder add(String... option) {
        Collections.addAll(words, option);
        return this;
    }
}
