// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.dpdk4j.sriov.netlink.NetworkNamespace.sh;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.testing.RequiresRoot;
import org.junit.jupiter.api.Test;

/** What {@link Links} says, beside what {@code ip} says of the same kernel. */
@RequiresRoot
class LinksTest {
    private static final String LONG_NAME = "a-name-that-is-longer-than-fifteen-bytes";

    private final Links links = Links.of(Kernel.system());

    @Test
    void shouldAgreeWithTheIpCommand() throws Exception {
        NetworkNamespace.run(() -> {
            sh(
                    """
                    ip link add br0 type bridge
                    ip link add v0 address 02:00:00:00:00:07 mtu 1400 type veth peer name v1
                    ip link set v0 master br0 up
                    ip link property add dev v1 altname other altname %s
                    """
                            .formatted(LONG_NAME));
            // Not JSON by a library: three fields of ip's one-line format will do.
            List<String> expected = new ArrayList<>();
            Matcher lines =
                    Pattern.compile("(?m)^(\\d+): ([^:@]+)\\S* <([^>]*)> mtu (\\d+)")
                            .matcher(sh("ip -d -o link"));
            while (lines.find()) {
                boolean up = List.of(lines.group(3).split(",")).contains("UP");
                expected.add(
                        String.join(
                                " ",
                                lines.group(1),
                                lines.group(2),
                                lines.group(4),
                                up ? "up" : "down"));
            }
            assertThat(expected).hasSizeGreaterThanOrEqualTo(4);
            assertThat(links.all())
                    .extracting(link ->
                            link.index()
                                    + " "
                                    + link.name()
                                    + " "
                                    + link.mtu()
                                    + (link.up() ? " up" : " down"))
                    .containsExactlyElementsOf(expected);

            Link bridge = links.named("br0").orElseThrow();
            Link v0 = links.named("v0").orElseThrow();
            Link v1 = links.named("v1").orElseThrow();
            assertThat(bridge.kind()).isEqualTo("bridge");
            assertThat(v0.kind()).isEqualTo("veth");
            assertThat(v0.mac()).isEqualTo(0x02_00_00_00_00_07L);
            assertThat(v0.master()).isEqualTo(bridge.index());
            assertThat(v0.below()).isEqualTo(v1.index());
            assertThat(v0.belowElsewhere()).isFalse();
            assertThat(v1.altNames()).containsExactly("other", LONG_NAME);
            assertThat(v1.master()).isZero();
        });
    }

    @Test
    void shouldFindALinkByAnyNameAndByIndex() throws Exception {
        NetworkNamespace.run(() -> {
            sh("ip link add v0 type veth peer name v1");
            sh("ip link property add dev v0 altname other altname " + LONG_NAME);
            Link link = links.named("v0").orElseThrow();
            assertThat(links.named("other")).contains(link);
            assertThat(links.named(LONG_NAME)).contains(link);
            assertThat(links.get(link.index())).contains(link);
            assertThat(links.named("v2")).isEmpty();
            assertThat(links.get(link.index() + 1000)).isEmpty();
        });
    }

    @Test
    void shouldChangeALinkThatIsRenamedMeanwhile() throws Exception {
        NetworkNamespace.run(() -> {
            sh("ip link add v0 type veth peer name v1");
            int index = links.named("v0").orElseThrow().index();
            sh("ip link set v0 name w0");
            links.mtu(index, 1300);
            links.mac(index, 0x02_00_00_00_00_08L);
            links.up(index, true);
            assertThat(sh("ip link show w0")).contains("mtu 1300", "02:00:00:00:00:08", ",UP");
            links.up(index, false);
            links.name(index, "x0");
            assertThat(sh("ip link show x0")).contains("mtu 1300").doesNotContain("UP");
        });
    }

    @Test
    void shouldTellALinkWhoseOtherEndIsInAnotherNamespace() throws Exception {
        NetworkNamespace.run(() -> {
            sh("ip link add v0 type veth peer name v1; ip link set v1 netns 1");
            Link link = links.named("v0").orElseThrow();
            assertThat(link.belowElsewhere()).isTrue();
            assertThat(link.below()).isPositive();
            sh("ip link del v0");
        });
    }

    @Test
    void shouldReadManyLinksWhileTheyChange() throws Exception {
        NetworkNamespace.run(() -> {
            sh(
                    "for i in $(seq 100); do echo link add v$i type veth peer name w$i; done"
                            + " | ip -batch -");
            assertThat(links.all().size()).isGreaterThanOrEqualTo(201);
            Process churn =
                    new ProcessBuilder(
                                    "sh",
                                    "-c",
                                    "for i in $(seq 100); do echo link set v$i mtu 1400;"
                                            + " echo link del v$i; done | ip -batch -")
                            .start();
            while (churn.isAlive()) {
                // Pairs come and go together: a list of one time has both ends or none.
                List<Link> all = links.all();
                List<Integer> indexes = all.stream().map(Link::index).toList();
                assertThat(indexes).doesNotHaveDuplicates();
                assertThat(indexes)
                        .containsAll(
                                all.stream()
                                        .filter(link -> link.kind().equals("veth"))
                                        .map(Link::below)
                                        .toList());
            }
            assertThat(churn.exitValue()).isZero();
        });
    }

    @Test
    void shouldSayWhatTheKernelSays() throws Exception {
        NetworkNamespace.run(() -> {
            sh("ip link add v0 type veth peer name v1");
            int index = links.named("v0").orElseThrow().index();
            // Words of the kernel's own, which NETLINK_EXT_ACK brings.
            assertThatThrownBy(() -> links.mtu(index, 10))
                    .isInstanceOf(KernelException.class)
                    .hasMessageContaining("mtu less than device minimum")
                    .hasMessageContaining("EINVAL");
            assertThatThrownBy(() -> links.up(index + 1000, true))
                    .isInstanceOf(KernelException.class)
                    .hasMessageContaining("ENODEV");
            assertThatThrownBy(() -> links.set(index, VfCommand.trust(0, true)))
                    .isInstanceOf(KernelException.class)
                    .hasMessageContaining("the trust of VF 0");
        });
    }
}
