// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipalNotFoundException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.dpdk4j.docker.driver.Calls.Answer;
import org.dpdk4j.sriov.SriovException;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpMethod;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Docker's plugin socket: HTTP over a Unix domain socket that only root and the group docker may
 * use. Each request is answered in JSON, whatever it is, and none can hold a thread by being slow.
 */
final class PluginServer implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PluginServer.class);
    private static final String TYPE = "application/vnd.docker.plugins.v1.2+json";

    /** Docker's calls have a few thousand bytes. */
    private static final int LIMIT_BYTES = 1 << 20;

    /** Beyond this the connection is closed on a client that goes on sending. */
    private static final int PATIENCE_BYTES = 64 << 20;

    private static final int THREADS = 64;

    private final Calls calls;
    private final Path socket;
    private final Duration patience;
    private final Server server;

    /** Otherwise what is there is somebody else's. */
    private volatile boolean bound;

    private PluginServer(Calls calls, Path socket, Duration patience) {
        this.calls = calls;
        this.socket = socket;
        this.patience = patience;
        QueuedThreadPool threads = new QueuedThreadPool(THREADS, 4);
        threads.setName("hisriov");
        this.server = new Server(threads);
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendDateHeader(false);
        // If we closed an idle connection just when Docker uses it again, Docker would repeat the
        // request, and without its body.
        http.setPersistentConnectionsEnabled(false);
        // Some clients write the socket's path for a host, escaped or not.
        http.setHttpCompliance(
                HttpCompliance.RFC9110.with("docker", HttpCompliance.Violation.UNSAFE_HOST_HEADER));
        DockerConnector connector = new DockerConnector(server, new HttpConnectionFactory(http));
        connector.setUnixDomainPath(socket);
        connector.setIdleTimeout(patience.toMillis());
        server.addConnector(connector);
        server.setHandler(new Answering());
        server.setErrorHandler(this::error);
    }

    /**
     * Listens.
     *
     * @param calls to answer
     * @param socket where; a socket there on which nobody listens is replaced
     * @param patience with a client that says nothing, or doesn't come to an end
     * @return to be closed by the caller
     * @throws SriovException if it can't listen there
     */
    static PluginServer listen(Calls calls, Path socket, Duration patience) {
        PluginServer server = new PluginServer(calls, socket, patience);
        try {
            Files.createDirectories(socket.toAbsolutePath().getParent());
            removeStale(socket);
            // Until its mode is changed only we can connect: a umask leaves others no right to
            // write.
            server.bound = true;
            server.server.start();
            own(socket);
            return server;
        } catch (SriovException e) {
            server.close();
            throw e;
        } catch (Exception e) {
            server.close();
            throw new SriovException(
                    "Can't listen on " + socket + " (" + e + "). Is this root?", e);
        }
    }

    /** Stops listening; what is under way has a while to end. */
    @Override
    public void close() {
        try {
            server.setStopTimeout(TimeUnit.SECONDS.toMillis(5));
            server.stop();
            if (bound) {
                Files.deleteIfExists(socket);
            }
        } catch (Exception e) {
            LOG.warn("{} is not closed in order", socket, e);
        }
    }

    private static void removeStale(Path socket) throws IOException {
        if (!Files.exists(socket)) {
            return;
        }
        boolean alive;
        try (SocketChannel _ = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            alive = true;
        } catch (IOException nobody) {
            alive = false;
        }
        if (alive) {
            throw new SriovException(
                    "Somebody listens on " + socket + " already: is another hisriov running?");
        }
        Files.delete(socket);
    }

    private static void own(Path socket) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(socket, PosixFileAttributeView.class);
        try {
            view.setGroup(
                    socket.getFileSystem()
                            .getUserPrincipalLookupService()
                            .lookupPrincipalByGroupName("docker"));
            view.setPermissions(PosixFilePermissions.fromString("rw-rw----"));
        } catch (UserPrincipalNotFoundException e) {
            LOG.info("There is no group docker here: only root can use {}", socket);
            view.setPermissions(PosixFilePermissions.fromString("rw-------"));
        }
    }

    private void handle(Request request, Response response, Callback callback) {
        String path = Request.getPathInContext(request);
        CompletableFuture<byte[]> body = RequestBody.read(request, LIMIT_BYTES, PATIENCE_BYTES);
        body.orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
                .handleAsync(
                        (bytes, failure) ->
                                failure == null
                                        ? answer(request.getMethod(), path, bytes)
                                        : refusal(request, failure),
                        server.getThreadPool())
                .thenAccept(answer -> send(response, answer, callback))
                .exceptionally(failure -> {
                    callback.failed(failure);
                    return null;
                });
    }

    private Answer answer(String method, String path, byte[] body) {
        if (!calls.known(path)) {
            return Answer.failure(404, "This driver has no call of this name.");
        }
        if (!HttpMethod.POST.is(method)) {
            return Answer.failure(405, "The calls of this driver are made by POST.");
        }
        return calls.answer(path, body);
    }

    private static Answer refusal(Request request, Throwable failure) {
        Throwable cause =
                failure instanceof CompletionException && failure.getCause() != null
                        ? failure.getCause()
                        : failure;
        return switch (cause) {
            case RequestBody.TooLong _ ->
                    Answer.failure(413, "A request has at most " + LIMIT_BYTES + " bytes here.");
            case TimeoutException timeout -> {
                request.fail(timeout);
                yield Answer.failure(408, "The request didn't come to its end in time.");
            }
            default -> Answer.failure(400, "The request can't be read.");
        };
    }

    private static void send(Response response, Answer answer, Callback callback) {
        response.setStatus(answer.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, TYPE);
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.json().length);
        response.write(true, ByteBuffer.wrap(answer.json()), callback);
    }

    /** Answers what doesn't get as far as a handler. */
    private boolean error(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        Answer answer = Answer.failure(status < 400 ? 500 : status, "This is no request of HTTP.");
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, TYPE);
        response.write(true, ByteBuffer.wrap(answer.json()), callback);
        return true;
    }

    private final class Answering extends Handler.Abstract.NonBlocking {
        @Override
        public boolean handle(Request request, Response response, Callback callback) {
            PluginServer.this.handle(request, response, callback);
            return true;
        }
    }
}
