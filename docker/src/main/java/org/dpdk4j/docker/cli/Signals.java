// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.dpdk4j.docker.DockerException;
import org.jspecify.annotations.Nullable;

/**
 * What happens on SIGINT, SIGTERM and SIGHUP: before Docker has the container, what was done is
 * undone; afterwards the client gets the signal, as it would without us. Java's own way, a shutdown
 * hook, can neither tell them apart nor go on afterwards.
 */
final class Signals implements AutoCloseable {
    private static final List<String> NAMES = List.of("INT", "TERM", "HUP");

    private final Map<Object, Object> before = new LinkedHashMap<>();
    private final AtomicReference<Optional<String>> caught =
            new AtomicReference<>(Optional.empty());
    private volatile @Nullable Process client;

    private Signals() {}

    /** Catches them until closed. */
    static Signals catching() {
        Signals signals = new Signals();
        try {
            // By reflection: javac warns of these classes, in a way that nothing suppresses.
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy =
                    Proxy.newProxyInstance(
                            handler.getClassLoader(),
                            new Class<?>[] {handler},
                            (self, method, arguments) -> signals.invoked(self, method, arguments));
            Method handle = signal.getMethod("handle", signal, handler);
            for (String name : NAMES) {
                Object one = signal.getConstructor(String.class).newInstance(name);
                signals.before.put(one, handle.invoke(null, one, proxy));
            }
        } catch (ReflectiveOperationException e) {
            // Then Java's own way remains, and what was begun is left to reconciliation.
            signals.before.clear();
        }
        return signals;
    }

    /** Gives up if one came. */
    void check() {
        caught.get()
                .ifPresent(name -> {
                    throw new DockerException(
                            "Stopped by SIG" + name + "; what was taken is free again.");
                });
    }

    /** From now on they are this process's. */
    void forward(Process process) {
        client = process;
        if (caught.get().isPresent()) {
            process.destroy();
        }
    }

    @Override
    public void close() {
        try {
            for (Map.Entry<Object, Object> entry : before.entrySet()) {
                Class<?> signal = entry.getKey().getClass();
                signal.getMethod("handle", signal, Class.forName("sun.misc.SignalHandler"))
                        .invoke(null, entry.getKey(), entry.getValue());
            }
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }

    private @Nullable Object invoked(Object self, Method method, Object @Nullable [] arguments)
            throws ReflectiveOperationException {
        if (!method.getName().equals("handle") || arguments == null) {
            return switch (method.getName()) {
                case "hashCode" -> System.identityHashCode(self);
                case "equals" ->
                        arguments != null
                                && System.identityHashCode(arguments[0])
                                        == System.identityHashCode(self);
                default -> "Signals";
            };
        }
        String name = (String) arguments[0].getClass().getMethod("getName").invoke(arguments[0]);
        caught.set(Optional.of(name));
        Process process = client;
        // A terminal sends SIGINT to the client as well.
        if (process != null && !name.equals("INT")) {
            process.destroy();
        }
        return null;
    }
}
