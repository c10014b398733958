// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import org.dpdk4j.bindings.memory.NativeMemory;
import org.dpdk4j.bindings.memory.RteErrno;
import org.dpdk4j.bindings.memory.Struct;
import org.dpdk4j.bindings.rte.Rte;

/** Makes an {@link Lpm}. */
public final class LpmBuilder {
    private static final Struct CONFIG = Struct.of("rte_lpm_config");
    private static final int ANY_NUMA_NODE = -1;

    /** DPDK computes the bytes of its arrays in 32 bits; what is larger would be cut off. */
    private static final int MAX_RULES = 1 << 28;

    private static final int MAX_TBL8_GROUPS = 1 << 21;

    private final Eal eal;
    private final String name;
    private int maxRules = 1024;
    private int tbl8Groups = 256;
    private int numaNode = ANY_NUMA_NODE;

    LpmBuilder(Eal eal, String name) {
        this.eal = eal;
        this.name = name;
    }

    /**
     * Sets the number of routes that it can hold.
     *
     * @param rules 1 to 268,435,456; 1024 unless set
     * @return this
     */
    public LpmBuilder maxRules(int rules) {
        maxRules = rules;
        return this;
    }

    /**
     * Sets how many networks of 256 addresses (/24) can have routes longer than 24 bits in them.
     *
     * @param groups 1 to 2,097,152, each a KiB; 256 unless set
     * @return this
     */
    public LpmBuilder tbl8Groups(int groups) {
        tbl8Groups = groups;
        return this;
    }

    /**
     * Sets where the memory is to be: 64 MiB, and what rules and groups need.
     *
     * @param node the NUMA node, best that of the lcores that look up; any unless set
     * @return this
     */
    public LpmBuilder numaNode(int node) {
        numaNode = node;
        return this;
    }

    /**
     * Makes the table.
     *
     * @return the table, empty, to be closed by the caller
     * @throws DpdkException if a number is out of range, the name is taken or too long, or there is
     *     too little memory
     */
    public Lpm create() {
        int nameBytes = name.getBytes(StandardCharsets.UTF_8).length;
        if (maxRules < 1
                || maxRules > MAX_RULES
                || tbl8Groups < 1
                || tbl8Groups > MAX_TBL8_GROUPS
                || nameBytes >= Rte.RTE_LPM_NAMESIZE()) {
            throw refused(
                    DpdkException.EINVAL,
                    "maxRules must be 1 to %d, tbl8Groups 1 to %d, and the name at most %d bytes long"
                            .formatted(MAX_RULES, MAX_TBL8_GROUPS, Rte.RTE_LPM_NAMESIZE() - 1));
        }
        return eal.create(this::makeTable);
    }

    private Lpm makeTable() {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment config = arena.allocate(CONFIG.byteSize(), Long.BYTES);
            long fields = config.address();
            NativeMemory.putInt(fields, CONFIG.offset("max_rules"), maxRules);
            NativeMemory.putInt(fields, CONFIG.offset("number_tbl8s"), tbl8Groups);
            MemorySegment table = Rte.rte_lpm_create(arena.allocateFrom(name), numaNode, config);
            if (table.address() == 0) {
                int errno = RteErrno.get();
                throw refused(
                        errno,
                        errno == DpdkException.EEXIST
                                ? "another table has this name"
                                : DpdkException.meaningOf(errno));
            }
            Lpm lpm = new Lpm(eal, name, maxRules, tbl8Groups, table.address());
            try {
                lpm.requireExpectedLayout();
            } catch (DpdkException e) {
                lpm.close();
                throw e;
            }
            return lpm;
        }
    }

    private DpdkException refused(int errno, String meaning) {
        return new DpdkException(
                "rte_lpm_create",
                errno,
                meaning,
                "name=" + name,
                "maxRules=" + maxRules,
                "tbl8Groups=" + tbl8Groups,
                "numaNode=" + numaNode);
    }
}
