// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.dpdk4j.docker.NetworkOptions;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.kernel.Kernel;
import org.jspecify.annotations.Nullable;

/**
 * What each call of Docker's means. Docker repeats a call whose answer it missed, so each may come
 * twice, also while the first is still under way; nothing here asks Docker for anything, because
 * Docker waits for us with its locks held.
 */
final class NetworkDriver {
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9]{1,128}");
    private static final String GENERIC = "com.docker.network.generic";
    private static final String INTERNAL = "com.docker.network.internal";
    private static final int STRIPES = 64;

    private final Networks networks;
    private final Endpoints endpoints;

    /** A call and its repetition take turns. */
    private final List<ReentrantLock> locks =
            IntStream.range(0, STRIPES).mapToObj(_ -> new ReentrantLock()).toList();

    NetworkDriver(Inventory inventory, Kernel kernel) {
        this.networks = new Networks(inventory, kernel);
        this.endpoints = new Endpoints(inventory, kernel, networks);
    }

    Networks networks() {
        return networks;
    }

    Endpoints endpoints() {
        return endpoints;
    }

    void createNetwork(Messages.CreateNetwork message) {
        String id = id(message.network(), "NetworkID");
        Map<String, @Nullable Object> all =
                message.options() == null ? Map.of() : message.options();
        boolean internal = "true".equals(String.valueOf(all.get(INTERNAL)));
        NetworkOptions options = NetworkOptions.parse(strings(all.get(GENERIC)));
        networks.create(
                id,
                options,
                internal ? Optional.empty() : gateway(message.ipv4()),
                internal ? Optional.empty() : gateway(message.ipv6()));
    }

    void deleteNetwork(Messages.NetworkOnly message) {
        networks.delete(id(message.network(), "NetworkID"));
    }

    Object createEndpoint(Messages.CreateEndpoint message) {
        String network = id(message.network(), "NetworkID");
        String endpoint = id(message.endpoint(), "EndpointID");
        Messages.EndpointInterface offered =
                message.offered() == null ? Messages.EndpointInterface.NOTHING : message.offered();
        Map<String, @Nullable Object> options =
                message.options() == null ? Map.of() : message.options();
        Object reservation = options.get(Endpoints.RESERVATION);
        return alone(
                endpoint,
                () ->
                        endpoints.create(
                                network,
                                endpoint,
                                offered,
                                Optional.ofNullable(reservation).map(String::valueOf)));
    }

    Object endpointInfo(Messages.EndpointOnly message) {
        id(message.network(), "NetworkID");
        return new Messages.EndpointInfo(endpoints.info(id(message.endpoint(), "EndpointID")));
    }

    Object join(Messages.Join message) {
        String network = id(message.network(), "NetworkID");
        String endpoint = id(message.endpoint(), "EndpointID");
        String sandbox = message.sandbox() == null ? "" : message.sandbox();
        return alone(endpoint, () -> endpoints.join(network, endpoint, sandbox));
    }

    /** The interface comes back after this call: there is nothing to do yet. */
    void leave(Messages.EndpointOnly message) {
        id(message.network(), "NetworkID");
        id(message.endpoint(), "EndpointID");
    }

    void deleteEndpoint(Messages.EndpointOnly message) {
        id(message.network(), "NetworkID");
        String endpoint = id(message.endpoint(), "EndpointID");
        alone(
                endpoint,
                () -> {
                    endpoints.delete(endpoint);
                    return endpoint;
                });
    }

    private <T> T alone(String key, Supplier<T> work) {
        ReentrantLock lock = locks.get(Math.floorMod(key.hashCode(), STRIPES));
        lock.lock();
        try {
            return work.get();
        } finally {
            lock.unlock();
        }
    }

    private static String id(@Nullable String value, String field) {
        if (value == null || value.isEmpty()) {
            throw new SriovException("The request names no " + field + ".");
        }
        if (!ID.matcher(value).matches()) {
            throw new SriovException(
                    "The request's " + field + " is none of Docker's: letters and digits.");
        }
        return value;
    }

    private static Map<String, String> strings(@Nullable Object generic) {
        Map<String, String> strings = new LinkedHashMap<>();
        if (generic instanceof Map<?, ?> map) {
            map.forEach((key, value) -> strings.put(String.valueOf(key), String.valueOf(value)));
        } else if (generic != null) {
            throw new SriovException("The options of a network are names with values.");
        }
        return strings;
    }

    private static Optional<String> gateway(@Nullable List<Messages.@Nullable Pool> pools) {
        if (pools == null) {
            return Optional.empty();
        }
        for (Messages.Pool pool : pools) {
            if (pool != null && pool.gateway() != null && !pool.gateway().isEmpty()) {
                return Optional.of(Addresses.withoutLength(pool.gateway()));
            }
        }
        return Optional.empty();
    }
}
