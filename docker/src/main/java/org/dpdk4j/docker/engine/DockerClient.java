// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.engine;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import org.dpdk4j.docker.DockerException;

/**
 * Asks by the {@code docker} client: it knows contexts, {@code DOCKER_HOST}, TLS and what version
 * to speak, and its user is its user everywhere else.
 */
public final class DockerClient implements Engine {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** An engine that is starting answers late; one that hangs must not hang us. */
    private static final Duration LIMIT = Duration.ofSeconds(30);

    /** How long a container that says nothing else may take to stop before it is killed. */
    private static final Duration LONGEST_STOP = Duration.ofHours(1);

    /** How clients of all versions say that there is none; not that there is no engine. */
    private static final Pattern ABSENT =
            Pattern.compile(
                    "no such (container|network|object)\\b|\\bnetwork \\S+ not found",
                    Pattern.CASE_INSENSITIVE);

    private final ClientCall call;

    /** The {@code docker} on the {@code PATH}. */
    public DockerClient() {
        this("docker", LIMIT);
    }

    /**
     * Another client.
     *
     * @param command its name or path
     * @param limit of waiting for an answer
     */
    public DockerClient(String command, Duration limit) {
        this.call = new ClientCall(command, limit);
    }

    /**
     * The client to start.
     *
     * @return its name or path
     */
    public String command() {
        return call.command();
    }

    @Override
    public Optional<EngineNetwork> network(String nameOrId) {
        return inspect("network", nameOrId).map(DockerClient::network);
    }

    @Override
    public Optional<EngineContainer> container(String nameOrId) {
        return inspect("container", nameOrId).map(DockerClient::container);
    }

    @Override
    public List<EngineContainer> containers(String label) {
        return containersBy("--filter", "label=" + label);
    }

    @Override
    public EngineState state(String driver) {
        Map<String, Set<String>> endpoints = new LinkedHashMap<>();
        for (JsonNode network : all("network", "--filter", "driver=" + driver)) {
            Set<String> ids = new LinkedHashSet<>();
            network.path("Containers").forEach(one -> ids.add(one.path("EndpointID").asText()));
            endpoints.put(network.path("Id").asText(), ids);
        }
        return new EngineState(info().id(), containersBy("--all"), endpoints);
    }

    private List<EngineContainer> containersBy(String... filter) {
        List<String> options = new ArrayList<>(List.of("--all"));
        options.addAll(List.of(filter));
        return all("container", options.toArray(String[]::new)).stream()
                .map(DockerClient::container)
                .toList();
    }

    /** Everything of a kind; what was removed meanwhile is left out. */
    private List<JsonNode> all(String kind, String... filter) {
        List<String> list = new ArrayList<>(List.of(kind, "ls", "--quiet", "--no-trunc"));
        list.addAll(List.of(filter));
        ClientCall.Answer ids = call.ask(list.toArray(String[]::new));
        if (ids.exit() != 0) {
            throw unreachable(ids);
        }
        List<String> question = new ArrayList<>(List.of(kind, "inspect", "--"));
        ids.output().lines().forEach(question::add);
        List<JsonNode> all = new ArrayList<>();
        if (question.size() > 3) {
            ClientCall.Answer answer = call.ask(question.toArray(String[]::new));
            JsonNode found = answer.output().isBlank() ? JSON.nullNode() : parse(answer.output());
            found.forEach(all::add);
            long missing = answer.errors().lines().filter(ABSENT.asPredicate()).count();
            if (answer.exit() != 0 && all.size() + missing < question.size() - 3) {
                throw unreachable(answer);
            }
        }
        return all;
    }

    @Override
    public EngineInfo info() {
        ClientCall.Answer answer = call.ask("info", "--format", "{{json .}}");
        JsonNode info = answer.output().isBlank() ? JSON.nullNode() : parse(answer.output());
        String version = info.path("ServerVersion").asText();
        if (answer.exit() != 0 || version.isEmpty()) {
            throw unreachable(answer);
        }
        return new EngineInfo(info.path("ID").asText(), version, texts(info.path("CDISpecDirs")));
    }

    /**
     * Stops a container; nothing if it isn't there or has ended.
     *
     * @param id of it
     * @param seconds before it is killed; what the container itself says, else the engine's own
     *     choice, if empty
     */
    public void stop(String id, OptionalInt seconds) {
        ClientCall.Answer answer =
                seconds.isPresent()
                        ? call.askWithin(
                                call.limit().plusSeconds(Math.max(0, seconds.getAsInt())),
                                "container",
                                "stop",
                                "--time",
                                "" + seconds.getAsInt(),
                                "--",
                                id)
                        : call.askWithin(LONGEST_STOP, "container", "stop", "--", id);
        if (answer.exit() != 0 && !absent(answer)) {
            throw refused("stop container " + id, answer);
        }
    }

    /**
     * Removes a container with its anonymous volumes, even if it runs; nothing if it isn't there.
     *
     * @param id of it
     */
    public void remove(String id) {
        ClientCall.Answer answer = call.ask("container", "rm", "--force", "--volumes", "--", id);
        if (answer.exit() != 0 && !absent(answer)) {
            throw refused("remove container " + id, answer);
        }
    }

    /**
     * Hands a command on, with our own input and output.
     *
     * @param subcommand of the client
     * @param arguments of it, untouched
     * @return its exit code
     */
    public int pass(String subcommand, List<String> arguments) {
        List<String> line = new ArrayList<>(List.of(command(), subcommand));
        line.addAll(arguments);
        try {
            return new ProcessBuilder(line).inheritIO().start().waitFor();
        } catch (IOException e) {
            throw new EngineUnreachableException(
                    "The docker client can't be started (" + e.getMessage() + ").", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new DockerException("Interrupted.", e);
        }
    }

    private static DockerException refused(String what, ClientCall.Answer answer) {
        return new DockerException("Docker could not " + what + ": " + answer.errors().strip());
    }

    private Optional<JsonNode> inspect(String kind, String nameOrId) {
        ClientCall.Answer answer = call.ask(kind, "inspect", "--", nameOrId);
        if (answer.exit() == 0) {
            return Optional.of(parse(answer.output()).path(0));
        }
        if (absent(answer)) {
            return Optional.empty();
        }
        throw unreachable(answer);
    }

    private static boolean absent(ClientCall.Answer answer) {
        return ABSENT.matcher(answer.errors()).find();
    }

    private DockerException unreachable(ClientCall.Answer answer) {
        return new EngineUnreachableException(
                "The container engine can't be asked: "
                        + command()
                        + " says \""
                        + answer.errors().strip().replaceAll("\\s*\\R\\s*", " ")
                        + "\". Is it running, and may you use it?");
    }

    private static JsonNode parse(String json) {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new EngineUnreachableException(
                    "The docker client's answer is no JSON: " + e.getOriginalMessage(), e);
        }
    }

    private static EngineNetwork network(JsonNode json) {
        List<String> subnets = new ArrayList<>();
        List<String> gateways = new ArrayList<>();
        for (JsonNode config : json.path("IPAM").path("Config")) {
            Optional.of(config.path("Subnet").asText())
                    .filter(s -> !s.isEmpty())
                    .ifPresent(subnets::add);
            Optional.of(config.path("Gateway").asText())
                    .filter(s -> !s.isEmpty())
                    .ifPresent(gateways::add);
        }
        return new EngineNetwork(
                json.path("Id").asText(),
                json.path("Name").asText(),
                json.path("Driver").asText(),
                map(json.path("Options")),
                subnets,
                gateways);
    }

    private static EngineContainer container(JsonNode json) {
        return new EngineContainer(
                json.path("Id").asText(),
                json.path("Name").asText().replaceFirst("^/", ""),
                json.path("Config").path("Image").asText(),
                json.path("State").path("Status").asText(),
                map(json.path("Config").path("Labels")));
    }

    private static Map<String, String> map(JsonNode json) {
        Map<String, String> map = new LinkedHashMap<>();
        json.properties().forEach(entry -> map.put(entry.getKey(), entry.getValue().asText()));
        return map;
    }

    private static List<String> texts(JsonNode json) {
        List<String> texts = new ArrayList<>();
        json.forEach(node -> texts.add(node.asText()));
        return texts;
    }
}
