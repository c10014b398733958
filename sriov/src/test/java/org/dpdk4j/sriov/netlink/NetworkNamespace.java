// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A network namespace that is empty, and gone with the thread that is in it. */
final class NetworkNamespace {
    interface Body {
        void run() throws Exception;
    }

    private static final int CLONE_NEWNET = 0x40000000;

    private NetworkNamespace() {}

    /** Runs something on a thread, whose sockets and child processes are in the new namespace. */
    static void run(Body body) throws Exception {
        Throwable[] failure = new Throwable[1];
        Thread thread =
                Thread.ofPlatform()
                        .start(() -> {
                            try {
                                enter();
                                body.run();
                            } catch (Throwable e) {
                                failure[0] = e;
                            }
                        });
        thread.join();
        switch (failure[0]) {
            case null -> {}
            case Exception e -> throw e;
            case Error e -> throw e;
            default -> throw new AssertionError(failure[0]);
        }
    }

    /** Runs a command in the namespace of this thread, and returns what it printed. */
    static String sh(String command) throws Exception {
        Process process =
                new ProcessBuilder(List.of("sh", "-ec", command)).redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (!process.waitFor(1, TimeUnit.MINUTES) || process.exitValue() != 0) {
            throw new AssertionError(command + ": " + output);
        }
        return output.strip();
    }

    @SuppressWarnings("restricted")
    private static void enter() throws Throwable {
        Linker linker = Linker.nativeLinker();
        MethodHandle unshare =
                linker.downcallHandle(
                        linker.defaultLookup().findOrThrow("unshare"),
                        FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
        if ((int) unshare.invokeExact(CLONE_NEWNET) != 0) {
            throw new AssertionError("unshare(CLONE_NEWNET) failed");
        }
    }
}
