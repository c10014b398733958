// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.dpdk4j.sriov.SriovException;
import org.dpdk4j.sriov.model.Machine;
import org.dpdk4j.sriov.model.Nic;
import org.dpdk4j.sriov.model.NicModel;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Raw bytes on the socket: what is no HTTP, too long, too slow or too much at once. */
class PluginServerTest {
    private static final String ACTIVATED = "{\"Implements\":[\"NetworkDriver\"]}";

    @TempDir Path directory;
    private DriverFixture docker;
    private PluginServer server;
    private Path socket;

    @BeforeEach
    void listen() throws IOException {
        docker = new DriverFixture(directory.resolve("state"));
        // Short: the path of a Unix socket ends at 108 bytes.
        socket = Files.createTempDirectory("his").resolve("s");
        server = PluginServer.listen(docker.calls, socket, Duration.ofSeconds(2));
    }

    @AfterEach
    void stop() throws IOException {
        server.close();
        docker.close();
        Files.delete(socket.getParent());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Host: \r\n",
                "Host: x\r\n",
                "Host: plugin.moby.localhost\r\n",
                "Host: /run/docker/plugins/hisriov.sock\r\n",
                "Host: %2Frun%2Fdocker%2Fplugins%2Fhisriov.sock\r\n"
            })
    void shouldAnswerEachDocker(String host) throws IOException {
        String answer =
                send(
                        "POST /Plugin.Activate HTTP/1.1\r\n"
                                + host
                                + "User-Agent: Go-http-client/1.1\r\n"
                                + "Content-Length: 0\r\n"
                                + "Accept: application/vnd.docker.plugins.v1.2+json\r\n"
                                + "Connection: close\r\n\r\n");
        assertThat(answer)
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("Content-Type: application/vnd.docker.plugins.v1.2+json\r\n")
                .endsWith("\r\n\r\n" + ACTIVATED);
    }

    @Test
    void shouldLetNobodyElseIn() throws IOException {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
                .endsWith("---");
    }

    @Test
    void shouldTakeTheSocketOfOneThatDiedAndOfNobodyElse() throws IOException {
        Path other = socket.resolveSibling("other");
        try (ServerSocketChannel dead = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            dead.bind(UnixDomainSocketAddress.of(other));
        }
        assertThat(other).exists();
        try (PluginServer _ = PluginServer.listen(docker.calls, other, Duration.ofSeconds(2))) {
            assertThatThrownBy(
                            () -> PluginServer.listen(docker.calls, other, Duration.ofSeconds(2)))
                    .isInstanceOf(SriovException.class)
                    .hasMessageContaining("another hisriov");
            assertThat(other).exists();
        }
        assertThat(other).doesNotExist();
    }

    @Test
    void shouldRefuseTenMegabytesAndLiveOn() throws IOException {
        byte[] body = new byte[10_000_000];
        String head =
                "POST /NetworkDriver.CreateNetwork HTTP/1.1\r\nHost: x\r\nContent-Length: "
                        + body.length
                        + "\r\n\r\n";
        ByteArrayOutputStream request = new ByteArrayOutputStream();
        request.writeBytes(head.getBytes(StandardCharsets.US_ASCII));
        request.writeBytes(body);
        for (int i = 0; i < 5; i++) {
            assertThat(send(request.toByteArray())).startsWith("HTTP/1.1 413").contains("\"Err\"");
        }
        assertAlive();
    }

    @Test
    void shouldAnswerInJsonWhateverComes() throws IOException {
        for (String request :
                List.of(
                        "GET /Plugin.Activate HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                        request("/nothing"),
                        "garbage\r\n\r\n",
                        "POST /../../etc/passwd HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
                        "POST /NetworkDriver.Join HTTP/1.1\r\nHost: x\r\nContent-Length: 1\r\n"
                                + "Connection: close\r\n\r\n{")) {
            assertThat(send(request)).startsWith("HTTP/1.1 4").contains("{\"Err\":\"");
        }
        assertAlive();
    }

    @Test
    void shouldSurviveNoise() throws IOException {
        Random random = new Random(7);
        for (int i = 0; i < 50; i++) {
            byte[] noise = new byte[random.nextInt(5000)];
            random.nextBytes(noise);
            send(noise);
        }
        assertAlive();
    }

    @Test
    void shouldNotWaitForSlowClients() throws IOException {
        List<SocketChannel> slow = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket));
            client.write(
                    ByteBuffer.wrap(
                            "POST /NetworkDriver.Join HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\n{"
                                    .getBytes(StandardCharsets.US_ASCII)));
            slow.add(client);
        }
        assertAlive();
        for (SocketChannel client : slow) {
            // In the end each is told, or is cut off.
            String end = new String(Channels.newInputStream(client).readAllBytes());
            assertThat(end).matches(text -> text.isEmpty() || text.contains("{\"Err\":\""));
            client.close();
        }
    }

    @Test
    void shouldLeaveNoConnectionToBeUsedAgain() throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            client.write(
                    ByteBuffer.wrap(
                            request("/Plugin.Activate")
                                    .replace("Connection: close\r\n", "")
                                    .getBytes(StandardCharsets.US_ASCII)));
            assertThat(new String(Channels.newInputStream(client).readAllBytes()))
                    .contains("Connection: close\r\n")
                    .endsWith(ACTIVATED);
        }
    }

    @Test
    void shouldAnswerHoweverLongTheWorkTakes() throws IOException {
        Duration patience = Duration.ofMillis(300);
        Machine slow =
                Machine.builder()
                        .nic(Nic.of(Machine.IGB0, NicModel.IGB))
                        .vfsLater()
                        .vfDelay(patience.multipliedBy(5))
                        .build();
        Path other = socket.resolveSibling("slow");
        try (DriverFixture late = new DriverFixture(directory.resolve("slow"), slow);
                PluginServer _ = PluginServer.listen(late.calls, other, patience)) {
            String body = DriverFixture.network("n", 2, "");
            String request =
                    "POST /NetworkDriver.CreateNetwork HTTP/1.1\r\nHost: x\r\nContent-Length: "
                            + body.length()
                            + "\r\n\r\n"
                            + body;
            assertThat(send(other, request.getBytes(StandardCharsets.US_ASCII)))
                    .startsWith("HTTP/1.1 200 OK\r\n")
                    .endsWith("{}");
        }
    }

    @Test
    void shouldAnswerManyAtOnce() throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(32)) {
            List<Callable<String>> calls = new ArrayList<>();
            for (int i = 0; i < 500; i++) {
                calls.add(this::activate);
            }
            for (Future<String> each : threads.invokeAll(calls)) {
                assertThat(each.get()).endsWith(ACTIVATED);
            }
        }
    }

    private void assertAlive() throws IOException {
        assertThat(activate()).endsWith(ACTIVATED);
    }

    private String activate() throws IOException {
        return send(request("/Plugin.Activate"));
    }

    private static String request(String path) {
        return String.join(
                "\r\n",
                "POST " + path + " HTTP/1.1",
                "Host: x",
                "Content-Length: 0",
                "Connection: close",
                "",
                "");
    }

    private String send(String request) throws IOException {
        return send(request.getBytes(StandardCharsets.ISO_8859_1));
    }

    private String send(byte[] request) throws IOException {
        return send(socket, request);
    }

    private static String send(Path socket, byte[] request) throws IOException {
        try (SocketChannel client = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            try {
                ByteBuffer bytes = ByteBuffer.wrap(request);
                while (bytes.hasRemaining()) {
                    client.write(bytes);
                }
                client.shutdownOutput();
                return new String(
                        Channels.newInputStream(client).readAllBytes(), StandardCharsets.UTF_8);
            } catch (IOException e) {
                return "cut off: " + e.getMessage();
            }
        }
    }
}
