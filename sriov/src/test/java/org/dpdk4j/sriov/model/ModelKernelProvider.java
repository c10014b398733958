// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import java.nio.file.Path;
import java.util.Optional;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelProvider;

/** Puts a model in the kernel's place where {@code -Ddpdk4j.model} names its socket. */
public final class ModelKernelProvider implements KernelProvider {
    /** The system property with the socket's path. */
    public static final String PROPERTY = "dpdk4j.model";

    @Override
    public Optional<Kernel> kernel() {
        return Optional.ofNullable(System.getProperty(PROPERTY))
                .map(socket -> new ModelKernel(Path.of(socket), false));
    }
}
