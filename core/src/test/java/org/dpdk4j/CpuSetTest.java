// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Lists of CPUs, and the CPUs in maps of lcores. */
class CpuSetTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    0         | 0
                    0-3       | 0-3
                    3,1,2     | 1-3
                    0-1,4,8-9 | 0-1,4,8-9
                    7-7       | 7
                    """)
    void shouldReadAndWriteLists(String list, String written) {
        assertThat(CpuSet.parse(list)).hasToString(written);
        assertThat(CpuSet.parse(list)).isEqualTo(CpuSet.parse(written));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a", "1-", "-1", "3-1", "1,,2", "1-2-3", "9999999999", "8192"})
    void shouldRefuseAnythingElse(String list) {
        assertThatThrownBy(() -> CpuSet.parse(list)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    0-1                | 0-1
                    0@4,1@5            | 4-5
                    (0-3)@(8-9)        | 8-9
                    0@(1,3),2@5        | 1,3,5
                    (0,2,4)            | 0,2,4
                    """)
    void shouldFindTheCpusOfLcores(String map, String cpus) {
        assertThat(CpuSet.ofLcores(map)).hasToString(cpus);
    }

    @ParameterizedTest
    @CsvSource({"1,0", "0x3,0-1", "F0,4-7", "0X8000000000000000ff,0-7;71"})
    void shouldReadMasks(String mask, String cpus) {
        assertThat(CpuSet.ofMask(mask)).hasToString(cpus.replace(';', ','));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "0x", "xyz", "-1"})
    void shouldRefuseOtherMasks(String mask) {
        assertThatThrownBy(() -> CpuSet.ofMask(mask)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void shouldNumberLcoresFromZero() {
        CpuSet high = CpuSet.parse("126-129,200");
        assertThat(high.below(128)).isFalse();
        assertThat(CpuSet.parse("0-127").below(128)).isTrue();
        assertThat(high.lcoreMap(4)).isEqualTo("0@126,1@127,2@128,3@129");
    }
}
