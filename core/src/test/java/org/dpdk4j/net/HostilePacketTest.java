// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/**
 * Random and mutated packets between guard bytes: whatever the packet claims, nothing that a view
 * says may depend on a guard byte, and no store may change one.
 */
class HostilePacketTest {
    private static final int GUARD = 128;

    private final Ethernet ethernet = new Ethernet();
    private final Vlan vlan = new Vlan();
    private final Arp arp = new Arp();
    private final Ipv4 ip = new Ipv4();
    private final Ipv6 ip6 = new Ipv6();
    private final Udp udp = new Udp();
    private final Tcp tcp = new Tcp();
    private final Icmp icmp = new Icmp();
    private final Icmpv6 icmp6 = new Icmpv6();
    private final NeighborDiscovery neighbor = new NeighborDiscovery();

    @Property(tries = 3000, edgeCases = EdgeCasesMode.NONE)
    void shouldNotLookBeyondAPacket(
            @ForAll("packets") byte[] bytes, @ForAll("offsets") int offset) {
        List<Object> first = observe(guarded(bytes, 0x00), offset);
        assertThat(observe(guarded(bytes, 0xff), offset)).isEqualTo(first);
        assertThat(observe(guarded(bytes, 0x45), offset)).isEqualTo(first);
        assertThat(observe(guarded(bytes, 0x3c), offset)).isEqualTo(first);
    }

    @Property(tries = 3000, edgeCases = EdgeCasesMode.NONE)
    void shouldNotWriteBeyondAPacket(
            @ForAll("packets") byte[] bytes, @ForAll("offsets") int offset) {
        MemorySegment memory = guarded(bytes, 0xa5);
        List<Object> seen = new ArrayList<>();
        change(memory.asSlice(GUARD, bytes.length), offset, seen, bytes);
        assertGuard(memory.asSlice(0, GUARD));
        assertGuard(memory.asSlice(GUARD + bytes.length, GUARD));

        MemorySegment other = guarded(bytes, 0x5a);
        List<Object> seenThere = new ArrayList<>();
        change(other.asSlice(GUARD, bytes.length), offset, seenThere, bytes);
        assertThat(seenThere).isEqualTo(seen);
        assertThat(Captured.hex(other.asSlice(GUARD, bytes.length)))
                .isEqualTo(Captured.hex(memory.asSlice(GUARD, bytes.length)));
    }

    private static void assertGuard(MemorySegment guard) {
        byte[] expected = new byte[GUARD];
        Arrays.fill(expected, (byte) 0xa5);
        assertThat(guard.toArray(ValueLayout.JAVA_BYTE)).isEqualTo(expected);
    }

    @Provide
    Arbitrary<byte[]> packets() {
        Arbitrary<byte[]> random = Arbitraries.bytes().array(byte[].class).ofMaxSize(160);
        Arbitrary<byte[]> mutated =
                Combinators.combine(
                                Arbitraries.of(Captured.ALL),
                                Arbitraries.integers().between(-12, 60),
                                Arbitraries.integers().between(0, 6),
                                Arbitraries.longs())
                        .as(HostilePacketTest::mutate);
        return Arbitraries.frequencyOf(
                net.jqwik.api.Tuple.of(1, random), net.jqwik.api.Tuple.of(4, mutated));
    }

    /** Mostly where captured packets have their headers. */
    @Provide
    Arbitrary<Integer> offsets() {
        return Arbitraries.oneOf(
                Arbitraries.of(14, 14, 34, 54, 62), Arbitraries.integers().between(0, 70));
    }

    private static byte[] mutate(String hex, int growth, int changes, long seed) {
        byte[] whole = Captured.bytes(hex);
        // Often neither cut nor padded: then the last header ends where the guard begins.
        int change = growth > 0 ? Math.max(0, growth - 20) : growth;
        byte[] bytes = Arrays.copyOf(whole, whole.length + change);
        Random random = new Random(seed);
        int[] telling = {0, 1, 2, 4, 5, 6, 17, 43, 44, 51, 58, 60, 0x45, 0x4f, 0x60, 0xff};
        for (int i = 0; i < changes; i++) {
            int value =
                    random.nextBoolean()
                            ? random.nextInt()
                            : telling[random.nextInt(telling.length)];
            bytes[random.nextInt(bytes.length)] = (byte) value;
        }
        return bytes;
    }

    private static MemorySegment guarded(byte[] bytes, int guard) {
        MemorySegment memory = Arena.ofAuto().allocate(bytes.length + 2L * GUARD);
        memory.fill((byte) guard);
        MemorySegment.copy(bytes, 0, memory, ValueLayout.JAVA_BYTE, GUARD, bytes.length);
        return memory;
    }

    /** All that the views say about a packet, each at the given place and where the way leads. */
    private List<Object> observe(MemorySegment memory, int offset) {
        MemorySegment packet = memory.asSlice(GUARD, memory.byteSize() - 2 * GUARD);
        List<Object> seen = new ArrayList<>();
        for (HeaderView view :
                List.of(ethernet, vlan, arp, ip, ip6, udp, tcp, icmp, icmp6, neighbor)) {
            seen.add(view.wrap(packet, offset));
        }
        look(seen);
        seen.add(ethernet.wrap(packet, 0));
        seen.add(vlan.wrap(ethernet) && vlan.wrap(vlan));
        seen.add(arp.wrap(ethernet));
        seen.add(ip.wrap(ethernet));
        seen.add(ip6.wrap(ethernet));
        HeaderView carrier = ip.wrapped() ? ip : ip6;
        for (HeaderView view : List.of(udp, tcp, icmp, icmp6, neighbor)) {
            seen.add(view.wrap(carrier));
        }
        look(seen);
        return seen;
    }

    private void look(List<Object> seen) {
        for (HeaderView view :
                List.of(ethernet, vlan, arp, ip, ip6, udp, tcp, icmp, icmp6, neighbor)) {
            seen.add(view.offset());
            seen.add(view.available());
            seen.add(view.headerLength());
            seen.add(view.payloadOffset());
            seen.add(view.payloadLength());
            assertThat(view.payloadLength()).isNotNegative();
        }
        seen.addAll(
                List.of(
                        ethernet.destinationBits(),
                        ethernet.sourceBits(),
                        ethernet.etherType(),
                        ethernet.multicast(),
                        vlan.tci(),
                        vlan.etherType(),
                        arp.operation(),
                        arp.senderMacBits(),
                        arp.senderIp(),
                        arp.targetMacBits(),
                        arp.targetIp()));
        seen.addAll(
                List.of(
                        ip.dscp(),
                        ip.ecn(),
                        ip.totalLength(),
                        ip.identification(),
                        ip.fragmentOffset(),
                        ip.fragment(),
                        ip.ttl(),
                        ip.protocol(),
                        ip.checksum(),
                        ip.checksumValid(),
                        ip.source(),
                        ip.destination()));
        seen.addAll(
                List.of(
                        ip6.trafficClass(),
                        ip6.flowLabel(),
                        ip6.nextHeader(),
                        ip6.hopLimit(),
                        ip6.sourceHigh(),
                        ip6.sourceLow(),
                        ip6.destinationHigh(),
                        ip6.destinationLow(),
                        ip6.upperLayer(),
                        ip6.upperLayerOffset()));
        seen.addAll(
                List.of(
                        udp.sourcePort(),
                        udp.destinationPort(),
                        udp.length(),
                        udp.checksum(),
                        tcp.sourcePort(),
                        tcp.sequence(),
                        tcp.acknowledgment(),
                        tcp.flags(),
                        tcp.window(),
                        tcp.checksum(),
                        tcp.urgentPointer()));
        seen.addAll(
                List.of(
                        icmp.type(),
                        icmp.sequence(),
                        icmp.checksumValid(),
                        icmp6.type(),
                        icmp6.sequence(),
                        neighbor.flags(),
                        neighbor.targetLow(),
                        neighbor.macBits(1),
                        neighbor.macBits(2)));
        walk(ip.options(), seen);
        walk(tcp.options(), seen);
        walk(ip6.extensions(), seen);
        lookAtChecksums(seen);
    }

    /** Only views on the way of one IP header may be compared with it. */
    private void lookAtChecksums(List<Object> seen) {
        if (ip.wrapped() && udp.offset() > ip.offset()) {
            seen.add(udp.checksumValid(ip));
        }
        if (ip.wrapped() && tcp.offset() > ip.offset()) {
            seen.add(tcp.checksumValid(ip));
        }
        if (ip6.wrapped() && udp.offset() > ip6.offset()) {
            seen.add(udp.checksumValid(ip6));
        }
        if (ip6.wrapped() && tcp.offset() > ip6.offset()) {
            seen.add(tcp.checksumValid(ip6));
        }
        if (ip6.wrapped() && icmp6.offset() > ip6.offset()) {
            seen.add(icmp6.checksumValid(ip6));
        }
    }

    private static void walk(HeaderOptions options, List<Object> seen) {
        while (options.next()) {
            seen.add(options.kind());
            seen.add(options.offset());
            seen.add(options.valueLength());
            for (int i = 0; i < options.valueLength(); i++) {
                seen.add(options.unsignedByte(i));
            }
        }
        seen.add(options.malformed());
    }

    private static void walk(Ipv6Extensions extensions, List<Object> seen) {
        int count = 0;
        while (extensions.next()) {
            count++;
            seen.add(extensions.type());
            seen.add(extensions.offset());
            seen.add(extensions.lengthBytes());
            seen.add(extensions.nextHeader());
            seen.add(extensions.identification());
            seen.add(extensions.fragmentOffset());
        }
        assertThat(count).isLessThanOrEqualTo(Ipv6Extensions.LIMIT);
        seen.add(extensions.malformed());
    }

    /** Writes through every view that accepts the place, the choosiest first, lengths included. */
    private void change(MemorySegment packet, int offset, List<Object> seen, byte[] seed) {
        Random random = new Random(Arrays.hashCode(seed));
        int value = random.nextInt();
        if (arp.wrap(packet, offset)) {
            arp.reply(random.nextLong());
        }
        if (neighbor.wrap(packet, offset)) {
            neighbor.target(value, value);
            neighbor.reply(random.nextLong());
        }
        if (ip.wrap(packet, offset)) {
            ip.updateChecksum();
            ip.decrementTtl();
            ip.swapAddresses();
            ip.totalLength(value);
            ip.source(value);
            ip.destination(value);
            // A longer header than there is, as another view might leave it behind.
            packet.set(ValueLayout.JAVA_BYTE, offset, (byte) 0x4f);
            ip.updateChecksum();
            seen.add(ip.checksum());
            walk(ip.options(), seen);
            if (udp.wrap(ip)) {
                udp.updateChecksum(ip);
                seen.add(udp.checksum());
            }
        }
        if (ip6.wrap(packet, offset)) {
            ip6.payloadLength(value);
            ip6.nextHeader(IpProtocol.DESTINATION_OPTIONS);
            ip6.swapAddresses();
            ip6.source(value, value);
            ip6.destination(value, value);
            if (icmp6.wrap(packet, offset + 40)) {
                icmp6.updateChecksum(ip6);
                seen.add(icmp6.checksum());
            }
        }
        if (udp.wrap(packet, offset)) {
            udp.swapPorts();
            udp.length(value);
            udp.checksum(value);
        }
        if (tcp.wrap(packet, offset)) {
            tcp.swapPorts();
            tcp.urgentPointer(value);
            packet.set(ValueLayout.JAVA_BYTE, offset + 12, (byte) 0xf0);
            walk(tcp.options(), seen);
        }
        if (icmp.wrap(packet, offset)) {
            icmp.reply();
            icmp.updateChecksum();
            seen.add(icmp.checksum());
        }
        if (ethernet.wrap(packet, offset)) {
            ethernet.swapAddresses();
            ethernet.destinationBits(random.nextLong());
            ethernet.sourceBits(random.nextLong());
            ethernet.etherType(value);
        }
        if (vlan.wrap(packet, offset)) {
            vlan.id(value);
            vlan.priority(value);
            vlan.dropEligible(true);
            vlan.etherType(value);
        }
        for (HeaderView view :
                List.of(ethernet, vlan, arp, ip, ip6, udp, tcp, icmp, icmp6, neighbor)) {
            if (random.nextInt(10) == 0) {
                view.create(packet, offset);
            }
        }
    }
}
