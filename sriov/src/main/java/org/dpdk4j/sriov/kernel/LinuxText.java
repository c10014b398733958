// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.kernel;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;

/**
 * Names of Linux as strings. They are any bytes, mostly UTF-8; a byte that isn't part of UTF-8
 * becomes a lone surrogate, U+DC80 to U+DCFF, so that each name is told from each other and finds
 * its way back (as PEP 383 does it).
 */
public final class LinuxText {
    private static final int ESCAPE = 0xdc00;

    private LinuxText() {}

    /**
     * Bytes of Linux as a string.
     *
     * @param bytes any
     * @return a string of which {@link #encode} makes the same bytes
     */
    public static String decode(byte[] bytes) {
        CharsetDecoder decoder =
                StandardCharsets.UTF_8
                        .newDecoder()
                        .onMalformedInput(CodingErrorAction.REPORT)
                        .onUnmappableCharacter(CodingErrorAction.REPORT);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CharBuffer out = CharBuffer.allocate(bytes.length);
        for (var result = decoder.decode(in, out, true);
                result.isError();
                result = decoder.decode(in, out, true)) {
            for (int i = 0; i < result.length(); i++) {
                out.put((char) (ESCAPE | (in.get() & 0xff)));
            }
            decoder.reset();
        }
        return out.flip().toString();
    }

    /**
     * A string as bytes of Linux.
     *
     * @param text any
     * @return UTF-8, but for the bytes that {@link #decode} had to escape
     */
    public static byte[] encode(String text) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(text.length());
        int plain = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean lone = i == 0 || !Character.isHighSurrogate(text.charAt(i - 1));
            if (c >= ESCAPE + 0x80 && c <= ESCAPE + 0xff && lone) {
                out.writeBytes(text.substring(plain, i).getBytes(StandardCharsets.UTF_8));
                out.write(c & 0xff);
                plain = i + 1;
            }
        }
        out.writeBytes(text.substring(plain).getBytes(StandardCharsets.UTF_8));
        return out.toByteArray();
    }
}
