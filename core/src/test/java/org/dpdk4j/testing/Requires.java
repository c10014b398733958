// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Repeatable;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs a test only where {@code -Ddpdk4j.require} names what it needs, and then fails it where that
 * is missing: a test is left out because nobody asked for it, never because it could not run.
 */
@Target({ElementType.ANNOTATION_TYPE, ElementType.TYPE, ElementType.METHOD})
@Retention(RetentionPolicy.RUNTIME)
@Repeatable(Requires.All.class)
@ExtendWith(RequiresCondition.class)
public @interface Requires {
    /** What the test needs. */
    Requirement value();

    /** Several of them. */
    @Target({ElementType.ANNOTATION_TYPE, ElementType.TYPE, ElementType.METHOD})
    @Retention(RetentionPolicy.RUNTIME)
    @ExtendWith(RequiresCondition.class)
    @interface All {
        /** Each of them. */
        Requires[] value();
    }
}
