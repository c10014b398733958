// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.bindings.memory;

import java.lang.foreign.GroupLayout;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.UnionLayout;
import java.util.OptionalLong;
import org.dpdk4j.bindings.Abi;
import org.dpdk4j.bindings.Dpdk;

/**
 * Where the fields of one of DPDK's structs are, in the ABI that was loaded or in a given one.
 *
 * <p>The numbers come from the classes that jextract generated for that ABI. Look each one up once,
 * into a {@code static final long}: the compiler then folds it like a literal.
 */
public final class Struct {
    private static final String ANONYMOUS = "$anon$";

    private final Abi abi;
    private final GroupLayout layout;

    private Struct(Abi abi, GroupLayout layout) {
        this.abi = abi;
        this.layout = layout;
    }

    /**
     * A struct as the loaded DPDK has it.
     *
     * @param name the C name, such as {@code rte_mbuf}
     * @return the struct
     * @throws UnsatisfiedLinkError if DPDK can't be loaded
     * @throws IllegalArgumentException if no such struct was generated
     */
    public static Struct of(String name) {
        return of(Dpdk.abi(), name);
    }

    /**
     * A struct as a given ABI has it; needs no DPDK on the machine.
     *
     * @param abi the ABI
     * @param name the C name, such as {@code rte_mbuf}
     * @return the struct
     * @throws IllegalArgumentException if no such struct was generated
     */
    public static Struct of(Abi abi, String name) {
        String type = Abi.class.getPackageName() + ".abi" + abi.number() + "." + name;
        try {
            return new Struct(
                    abi, (GroupLayout) Class.forName(type).getMethod("layout").invoke(null));
        } catch (ReflectiveOperationException e) {
            throw new IllegalArgumentException("no struct " + name + " for ABI " + abi.number(), e);
        }
    }

    /**
     * Its size.
     *
     * @return {@code sizeof}, in bytes
     */
    public long byteSize() {
        return layout.byteSize();
    }

    /**
     * Where a field starts, also one inside of an anonymous struct or union.
     *
     * @param field the C name, or several of them joined by dots
     * @return {@code offsetof}, in bytes
     * @throws IllegalArgumentException if this ABI has no such field
     */
    public long offset(String field) {
        OptionalLong found = find(layout, field);
        if (found.isEmpty()) {
            throw new IllegalArgumentException(
                    "no field "
                            + field
                            + " in "
                            + layout.name().orElse("?")
                            + " of ABI "
                            + abi.number());
        }
        return found.getAsLong();
    }

    /**
     * Whether this ABI has a field at all.
     *
     * @param field the C name, or several of them joined by dots
     * @return true if so
     */
    public boolean has(String field) {
        return find(layout, field).isPresent();
    }

    private static OptionalLong find(GroupLayout group, String field) {
        int dot = field.indexOf('.');
        String head = dot < 0 ? field : field.substring(0, dot);
        long at = 0;
        for (MemoryLayout member : group.memberLayouts()) {
            String name = member.name().orElse("");
            if (name.equals(head)) {
                if (dot < 0) {
                    return OptionalLong.of(at);
                }
                return plus(at, find((GroupLayout) member, field.substring(dot + 1)));
            }
            if (name.startsWith(ANONYMOUS) && member instanceof GroupLayout inner) {
                OptionalLong found = find(inner, field);
                if (found.isPresent()) {
                    return plus(at, found);
                }
            }
            if (!(group instanceof UnionLayout)) {
                at += member.byteSize();
            }
        }
        return OptionalLong.empty();
    }

    private static OptionalLong plus(long at, OptionalLong offset) {
        return offset.isEmpty() ? offset : OptionalLong.of(at + offset.getAsLong());
    }
}
