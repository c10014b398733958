// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.kernel;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** The one program that this module runs: it knows where modules lie and what they need. */
final class Modprobe {
    /** Not all environments have the directories of an administrator on their PATH. */
    private static final List<String> PLACES =
            List.of("/usr/sbin/modprobe", "/sbin/modprobe", "/usr/bin/modprobe", "/bin/modprobe");

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_-]*");

    private Modprobe() {}

    static void load(String name) throws KernelException {
        String what = "modprobe " + name;
        if (!NAME.matcher(name).matches()) {
            throw new KernelException(what, Errno.EINVAL);
        }
        try {
            Process process =
                    new ProcessBuilder(program(), "--", name).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String said =
                    new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (process.waitFor() != 0) {
                throw new KernelException(what + " (" + said.strip() + ")", errno(said));
            }
        } catch (KernelException e) {
            throw e;
        } catch (IOException e) {
            throw new KernelException(what + " (" + e.getMessage() + ")", Errno.ENOENT);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KernelException(what, Errno.EINTR);
        }
    }

    private static String program() {
        return PLACES.stream()
                .filter(place -> Files.isExecutable(Path.of(place)))
                .findFirst()
                .orElse("modprobe");
    }

    /** modprobe ends with 1 whatever happened; what happened stands in its message. */
    private static int errno(String said) {
        String text = said.toLowerCase(Locale.ROOT);
        if (text.contains("not found") || text.contains("no such file")) {
            return Errno.ENOENT;
        }
        if (text.contains("not permitted")
                || text.contains("permission denied")
                || text.contains("key was rejected")
                || text.contains("required key not available")) {
            return Errno.EPERM;
        }
        return text.contains("no such device") ? Errno.ENODEV : Errno.EIO;
    }
}
