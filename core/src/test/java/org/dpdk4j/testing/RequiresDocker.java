// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test that needs a container engine: it runs, and must pass, with {@code
 * -Ddpdk4j.require=docker}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("docker")
@Requires(Requirement.DOCKER)
public @interface RequiresDocker {}
