// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class RunLineTest {
    private static final DockerOptions OPTIONS =
            DockerOptions.parse(
                    """
                    Usage:  docker run [OPTIONS] IMAGE [COMMAND] [ARG...]

                    Options:
                          --add-host list          Add a custom host-to-IP mapping
                                                   (host:ip)
                      -a, --attach list            Attach to STDIN, STDOUT or STDERR
                      -d, --detach                 Run container in background and print
                          --device-write-bps list
                                                   Limit --fooled 3 rate
                      -e, --env list               Set environment variables
                      -i, --interactive            Keep STDIN open even if not attached
                          --rm                     Automatically remove the container
                      -t, --tty                    Allocate a pseudo-TTY
                      -v, --volume list            Bind mount a volume
                          --odd string[="x"]       A value after = alone
                    """);

    private static RunLine split(String... arguments) {
        return RunLine.split(List.of(arguments), () -> OPTIONS);
    }

    @Test
    void shouldTakeTheTalksCommandApart() {
        RunLine line =
                split(
                        "--net=mynet",
                        "--name=dpdkC",
                        "--numVf=2",
                        "-it",
                        "IMAGE",
                        "bash",
                        "--name=x");
        assertThat(line.own()).containsExactly("--net=mynet", "--name=dpdkC", "--numVf=2");
        assertThat(line.docker()).containsExactly("-it");
        assertThat(line.image()).containsExactly("IMAGE", "bash", "--name=x");
    }

    @Test
    void shouldFindTheImageBehindValuesHoweverTheyAreSpelled() {
        RunLine line =
                split(
                        "-itd",
                        "-eA=1",
                        "-e",
                        "B=2",
                        "-e=C=3",
                        "-ditv",
                        "/a:/b",
                        "--net",
                        "n",
                        "--volume=/c:/d",
                        "--volume",
                        "--net",
                        "--name",
                        "--rm",
                        "--rm=false",
                        "--add-host",
                        "-x",
                        "IMAGE",
                        "-e",
                        "--net=other");
        assertThat(line.docker())
                .containsExactly(
                        "-itd",
                        "-eA=1",
                        "-e",
                        "B=2",
                        "-e=C=3",
                        "-ditv",
                        "/a:/b",
                        "--volume=/c:/d",
                        "--volume",
                        "--net",
                        "--rm=false",
                        "--add-host",
                        "-x");
        assertThat(line.own()).containsExactly("--net=n", "--name=--rm");
        assertThat(line.image()).containsExactly("IMAGE", "-e", "--net=other");
        assertThat(line.values())
                .containsEntry("env", "C=3")
                .containsEntry("volume", "--net")
                .containsEntry("add-host", "-x");
        assertThat(line.flag("detach")).isTrue();
        assertThat(line.flag("rm")).isFalse();
        assertThat(line.flag("tty")).isTrue();
    }

    @Test
    void shouldEndOptionsAtTwoDashes() {
        RunLine line = split("--net=a", "-i", "--", "--odd-image", "x");
        assertThat(line.docker()).containsExactly("-i", "--");
        assertThat(line.image()).containsExactly("--odd-image", "x");
    }

    @Test
    void shouldNotTakeTheNextWordForAnOptionalValue() {
        assertThat(split("--odd", "IMAGE").image()).containsExactly("IMAGE");
    }

    @Test
    void shouldKnowOptionsWhoseDescriptionStartsOnTheNextLine() {
        assertThat(split("--device-write-bps", "/dev/sda:1", "IMAGE").image())
                .containsExactly("IMAGE");
        assertThat(OPTIONS.takesValue("fooled")).isEmpty();
    }

    @Test
    void shouldRefuseWhatIsNobodysAndWhatLacksItsValue() {
        assertThatThrownBy(() -> split("--nonsense", "IMAGE"))
                .isInstanceOf(RunLine.NotUnderstood.class)
                .hasMessageContaining("--nonsense");
        assertThatThrownBy(() -> split("-iX", "IMAGE")).hasMessageContaining("-X");
        assertThatThrownBy(() -> split("--net")).hasMessageContaining("--net needs a value");
        assertThatThrownBy(() -> split("-it", "-e")).hasMessageContaining("-e needs a value");
    }

    @Test
    void shouldNotAskTheClientForHelpOfOurs() {
        RunLine line =
                RunLine.split(
                        List.of("--help"),
                        () -> {
                            throw new AssertionError("asked");
                        });
        assertThat(line.own()).containsExactly("--help");
    }

    @Property
    void shouldHandOnEveryWordBehindTheImage(@ForAll List<String> words) {
        List<String> arguments = new java.util.ArrayList<>(List.of("--net=n", "-i", "IMAGE"));
        arguments.addAll(words);
        RunLine line = RunLine.split(arguments, () -> OPTIONS);
        assertThat(line.image()).isEqualTo(arguments.subList(2, arguments.size()));
    }

    @Property
    void shouldReadWhatItWritesAsCsv(@ForAll List<String> fields) {
        List<String> some = fields.isEmpty() ? List.of("") : fields;
        assertThat(Csv.split(Csv.join(some))).isEqualTo(some);
    }
}
