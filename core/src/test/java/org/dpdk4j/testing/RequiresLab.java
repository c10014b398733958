// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.Tag;

/**
 * A test that needs the lab's machine: {@code lab/test} runs it there, with {@code
 * -Ddpdk4j.require=lab,root}.
 */
@Target({ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Tag("lab")
@Requires(Requirement.LAB)
public @interface RequiresLab {}
