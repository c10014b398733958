// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.dpdk4j.docker.DockerException;
import org.dpdk4j.sriov.SriovException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * From a path and a JSON text to a call of {@link NetworkDriver}, and back. Whatever comes in,
 * there is an answer, and it is JSON.
 */
final class Calls {
    private static final Logger LOG = LoggerFactory.getLogger(Calls.class);
    private static final ObjectMapper JSON =
            JsonMapper.builder()
                    .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                    .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                    .build();
    private static final byte[] NOTHING = {'{', '}'};

    private final Map<String, Call<?>> calls;

    Calls(NetworkDriver driver) {
        this.calls =
                Map.ofEntries(
                        call(
                                "/Plugin.Activate",
                                Object.class,
                                _ -> new Messages.Activated(List.of("NetworkDriver"))),
                        call(
                                "/NetworkDriver.GetCapabilities",
                                Object.class,
                                _ -> new Messages.Capabilities("local", "local", false)),
                        call(
                                "/NetworkDriver.GwAllocCheck",
                                Object.class,
                                _ -> new Messages.GatewayCheck(false, false)),
                        call(
                                "/NetworkDriver.AllocateNetwork",
                                Object.class,
                                _ -> new Messages.Allocated(Map.of())),
                        call("/NetworkDriver.FreeNetwork", Object.class, _ -> Map.of()),
                        call(
                                "/NetworkDriver.CreateNetwork",
                                Messages.CreateNetwork.class,
                                nothing(driver::createNetwork)),
                        call(
                                "/NetworkDriver.DeleteNetwork",
                                Messages.NetworkOnly.class,
                                nothing(driver::deleteNetwork)),
                        call(
                                "/NetworkDriver.CreateEndpoint",
                                Messages.CreateEndpoint.class,
                                driver::createEndpoint),
                        call(
                                "/NetworkDriver.EndpointOperInfo",
                                Messages.EndpointOnly.class,
                                driver::endpointInfo),
                        call(
                                "/NetworkDriver.DeleteEndpoint",
                                Messages.EndpointOnly.class,
                                nothing(driver::deleteEndpoint)),
                        call("/NetworkDriver.Join", Messages.Join.class, driver::join),
                        call(
                                "/NetworkDriver.Leave",
                                Messages.EndpointOnly.class,
                                nothing(driver::leave)),
                        // Ports are not published: a virtual function is on the wire itself.
                        call(
                                "/NetworkDriver.ProgramExternalConnectivity",
                                Object.class,
                                _ -> Map.of()),
                        call(
                                "/NetworkDriver.RevokeExternalConnectivity",
                                Object.class,
                                _ -> Map.of()),
                        call("/NetworkDriver.DiscoverNew", Object.class, _ -> Map.of()),
                        call("/NetworkDriver.DiscoverDelete", Object.class, _ -> Map.of()));
    }

    /** What to answer over HTTP. */
    @SuppressWarnings("ArrayRecordComponent") // Bytes on their way to the wire, never compared.
    record Answer(int status, byte[] json) {
        static Answer failure(int status, String sentence) {
            return new Answer(status, write(new Messages.Failure(sentence)));
        }
    }

    /** Whether there is such a call. */
    boolean known(String path) {
        return calls.containsKey(path);
    }

    /** Answers a request. An empty body counts as an empty object, as with Docker's retries. */
    Answer answer(String path, byte[] body) {
        Call<?> call = calls.get(path);
        if (call == null) {
            return Answer.failure(404, "This driver has no call of this name.");
        }
        try {
            return new Answer(200, write(call.answer(body.length == 0 ? NOTHING : body)));
        } catch (Malformed e) {
            return Answer.failure(400, String.valueOf(e.getMessage()));
        } catch (SriovException | DockerException | IllegalArgumentException e) {
            LOG.warn("{}: {}", path, e.getMessage());
            return Answer.failure(200, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOG.error("{} failed", path, e);
            return Answer.failure(500, "hisriov failed: " + e + ". Its log says where.");
        }
    }

    private static byte[] write(Object message) {
        try {
            return JSON.writeValueAsBytes(message);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> Map.Entry<String, Call<?>> call(
            String path, Class<T> type, Function<T, Object> function) {
        return Map.entry(path, new Call<>(type, function));
    }

    private static <T> Function<T, Object> nothing(java.util.function.Consumer<T> consumer) {
        return message -> {
            consumer.accept(message);
            return Map.of();
        };
    }

    private record Call<T>(Class<T> type, Function<T, Object> function) {
        Object answer(byte[] body) throws Malformed {
            T message;
            try {
                message = JSON.readValue(body, type);
            } catch (JsonProcessingException e) {
                throw new Malformed("The request is not what Docker sends: " + reason(e), e);
            } catch (IOException | StackOverflowError e) {
                throw new Malformed("The request can't be read.", e);
            }
            if (message == null) {
                throw new Malformed("The request is null instead of an object.", null);
            }
            return function.apply(message);
        }

        /** Without the request's text, which may be anything and long. */
        private static String reason(JsonProcessingException e) {
            return e.getLocation() == null
                    ? "it is no JSON of this call."
                    : "wrong at line "
                            + e.getLocation().getLineNr()
                            + ", column "
                            + e.getLocation().getColumnNr()
                            + ".";
        }
    }

    private static final class Malformed extends Exception {
        private static final long serialVersionUID = 1L;

        Malformed(String sentence, @Nullable Throwable cause) {
            super(sentence, cause);
        }
    }
}
