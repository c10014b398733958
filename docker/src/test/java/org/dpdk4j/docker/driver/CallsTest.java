// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CallsTest {
    @TempDir static Path state;
    private static DriverFixture docker;

    @BeforeAll
    static void start() {
        docker = new DriverFixture(state);
    }

    @AfterAll
    static void stop() {
        docker.close();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "/Plugin.Activate, `{'Implements':['NetworkDriver']}`",
                "/NetworkDriver.GetCapabilities,"
                        + " `{'Scope':'local','ConnectivityScope':'local','GwAllocChecker':false}`",
                "/NetworkDriver.GwAllocCheck, `{'SkipIPv4':false,'SkipIPv6':false}`",
                "/NetworkDriver.AllocateNetwork, `{'Options':{}}`",
                "/NetworkDriver.FreeNetwork, {}",
                "/NetworkDriver.ProgramExternalConnectivity, {}",
                "/NetworkDriver.RevokeExternalConnectivity, {}",
                "/NetworkDriver.DiscoverNew, {}",
                "/NetworkDriver.DiscoverDelete, {}"
            })
    void shouldAnswerWithAnEmptyBodyAndWithUnknownFields(String path, String expected) {
        for (String body : new String[] {"", "{}", "{'Unknown':[{'x':1}]}"}) {
            Calls.Answer answer = docker.answer(path, body);
            assertThat(answer.status()).isEqualTo(200);
            assertThat(new String(answer.json())).isEqualTo(expected.replace('\'', '"'));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "null",
                "7",
                "garbage",
                "{}{}",
                "{'NetworkID':{}}",
                "{'NetworkID':[1]}",
                "{'NetworkID':'a','Options':7}"
            })
    void shouldCallMalformedWhatIsMalformed(String body) {
        Calls.Answer answer = docker.answer("/NetworkDriver.CreateNetwork", body);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(DriverFixture.parse(answer.json()).path("Err").asText()).endsWith(".");
    }

    @ParameterizedTest
    @ValueSource(strings = {"CreateNetwork", "DeleteNetwork", "CreateEndpoint", "Join", "Leave"})
    void shouldSayWhatIsMissing(String call) {
        assertThat(docker.call(call, "").path("Err").asText()).contains("NetworkID");
        assertThat(docker.call(call, "{'NetworkID':'../x'}").path("Err").asText())
                .contains("none of Docker's");
    }

    @Test
    void shouldSurviveDeepNesting() {
        String deep = "{'Options':" + "[".repeat(100_000);
        assertThat(docker.answer("/NetworkDriver.CreateNetwork", deep).status()).isEqualTo(400);
    }

    @Test
    void shouldNotKnowOtherCalls() {
        assertThat(docker.answer("/NetworkDriver.Nothing", "{}").status()).isEqualTo(404);
        assertThat(docker.answer("/", "{}").status()).isEqualTo(404);
    }
}
