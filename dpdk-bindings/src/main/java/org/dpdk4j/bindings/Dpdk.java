// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.bindings;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * DPDK's shared libraries, loaded into this process on first use.
 *
 * <p>They are searched as described at {@link DpdkLibraries}. Loading does not start EAL. Safe to
 * call from any thread.
 */
public final class Dpdk {
    private static final SymbolLookup SYMBOLS = SymbolLookup.loaderLookup();

    private Dpdk() {}

    /** Loads once, and keeps either the outcome or the reason why there is none. */
    private static final class Loaded {
        static final @Nullable DpdkLibraries LIBRARIES;
        static final String CAUSE;

        static {
            DpdkLibraries libraries = null;
            String cause = "";
            try {
                libraries = DpdkLibraries.load();
            } catch (UnsatisfiedLinkError | IllegalCallerException e) {
                // The second one: this module was given no native access.
                cause = String.valueOf(e.getMessage());
            }
            LIBRARIES = libraries;
            CAUSE = cause;
        }
    }

    /**
     * Whether DPDK can be used in this process.
     *
     * @return true if its libraries are loaded and their ABI is supported
     */
    public static boolean isAvailable() {
        return Loaded.LIBRARIES != null;
    }

    /**
     * Why DPDK can't be used.
     *
     * @return a sentence that names what was found and what is needed; empty if it can be used
     */
    public static Optional<String> unavailabilityCause() {
        return isAvailable() ? Optional.empty() : Optional.of(Loaded.CAUSE);
    }

    /**
     * The ABI of the loaded libraries.
     *
     * @return the ABI
     * @throws UnsatisfiedLinkError with the cause if DPDK can't be used
     */
    public static Abi abi() {
        return libraries().abi();
    }

    /**
     * Where the driver libraries are that EAL is to load, if that isn't the directory that was
     * compiled into DPDK.
     *
     * @return the directory to give to EAL's {@code -d}; empty if EAL knows by itself
     * @throws UnsatisfiedLinkError with the cause if DPDK can't be used
     */
    public static Optional<Path> driverDirectory() {
        return libraries().driverDirectory();
    }

    /**
     * The address of an exported function or variable. For a thread-local variable that is the
     * calling thread's copy, so such an address must not be kept.
     *
     * @param symbol the C name
     * @return its address
     * @throws UnsatisfiedLinkError if there is none, or if DPDK can't be used
     */
    public static long address(String symbol) {
        libraries();
        return SYMBOLS.find(symbol)
                .map(MemorySegment::address)
                .orElseThrow(() -> new UnsatisfiedLinkError("DPDK exports no symbol " + symbol));
    }

    /**
     * Loads a further library of DPDK, such as {@code rte_pdump}.
     *
     * @param name the name without {@code lib} and {@code .so}
     * @throws UnsatisfiedLinkError if it can't be loaded
     */
    public static void load(String name) {
        libraries().loadFurther(name);
    }

    private static DpdkLibraries libraries() {
        DpdkLibraries libraries = Loaded.LIBRARIES;
        if (libraries == null) {
            throw new UnsatisfiedLinkError(Loaded.CAUSE);
        }
        return libraries;
    }
}
