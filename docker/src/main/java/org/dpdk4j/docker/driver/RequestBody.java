// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import java.io.ByteArrayOutputStream;
import java.util.concurrent.CompletableFuture;
import org.eclipse.jetty.io.Content;

/**
 * Reads a request's body as it arrives, without a thread that waits for it. What is beyond the
 * limit is read and dropped, so that the client gets to the answer, and not kept.
 */
final class RequestBody implements Runnable {
    private final Content.Source source;
    private final int limitBytes;
    private final int patienceBytes;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final CompletableFuture<byte[]> whole = new CompletableFuture<>();
    private long length;

    private RequestBody(Content.Source source, int limitBytes, int patienceBytes) {
        this.source = source;
        this.limitBytes = limitBytes;
        this.patienceBytes = patienceBytes;
    }

    /**
     * Begins to read.
     *
     * @param source of the request
     * @param limitBytes from which on a body is too long
     * @param patienceBytes from which on the rest isn't even read
     * @return the body, or {@link TooLong}, or why it can't be read
     */
    static CompletableFuture<byte[]> read(
            Content.Source source, int limitBytes, int patienceBytes) {
        RequestBody body = new RequestBody(source, limitBytes, patienceBytes);
        body.run();
        return body.whole;
    }

    @Override
    public void run() {
        while (!whole.isDone()) {
            Content.Chunk chunk = source.read();
            if (chunk == null) {
                source.demand(this);
                return;
            }
            if (Content.Chunk.isFailure(chunk)) {
                whole.completeExceptionally(chunk.getFailure());
                return;
            }
            take(chunk);
            boolean last = chunk.isLast();
            chunk.release();
            if (length > patienceBytes || (last && length > limitBytes)) {
                whole.completeExceptionally(new TooLong());
            } else if (last) {
                whole.complete(bytes.toByteArray());
            }
        }
    }

    private void take(Content.Chunk chunk) {
        length += chunk.remaining();
        if (length > limitBytes) {
            bytes.reset();
            return;
        }
        byte[] part = new byte[chunk.remaining()];
        chunk.getByteBuffer().get(part);
        bytes.writeBytes(part);
    }

    /** More than any call of Docker's has. */
    static final class TooLong extends Exception {
        private static final long serialVersionUID = 1L;
    }
}
