/* SPDX-License-Identifier: BSD-3-Clause */
/*
 * The least that C needs for the work of JavaForwarder: same arguments, modes, descriptors, buffers and
 * packets to start with, the same ways to exchange, sum and write, and no bookkeeping at all. For
 * comparison only; compiled when that is made:
 *
 *   cc -O3 forwarder.c $(pkg-config --cflags --libs libdpdk) -march=native
 *
 * Arguments: EAL's, --, then mode, packets in a burst, bursts to start with on each port, bytes in a
 * frame, number of buffers. Ends when its standard input does, and says then what the packets hold that
 * went round.
 */
#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <rte_eal.h>
#include <rte_ethdev.h>
#include <rte_ip.h>
#include <rte_lpm.h>
#include <rte_mbuf.h>
#include <rte_udp.h>

enum { DESCRIPTORS = 1024, CACHE = 250, MAX_BURST = 512, MAX_PORTS = 2, HEADERS = 42, TTL = 64 };
enum { QUIET_MS = 100, RETURN_MS = 20, PASS_TRIES = 5, BEHIND_ADDRESSES = 2 * RTE_ETHER_ADDR_LEN };
enum { NETWORK = 198 << 24 | 18 << 16, DESTINATIONS = 1 << 16, STRIDE = 40503 };

static struct rte_mempool *pool;
static struct rte_lpm *routes;
/* What the frames that are routed to a port begin with. */
static const char addresses_of[MAX_PORTS][2 * RTE_ETHER_ADDR_LEN] = {{2, 0, 0, 0, 1, 0, 2, 0, 0, 0, 2, 0},
                                                                     {2, 0, 0, 0, 1, 1, 2, 0, 0, 0, 2, 1}};
static uint16_t ports;
static uint16_t burst;
static unsigned int start_bursts;
static uint16_t frame_bytes;
static volatile bool stop;

static const struct rte_ether_addr usual_source = {{2, 0, 0, 0, 0, 1}};
static const struct rte_ether_addr usual_destination = {{2, 0, 0, 0, 0, 2}};

typedef void step(uint16_t rx, uint16_t tx);

static void fail(const char *what) {
    fprintf(stderr, "forwarder: %s\n", what);
    exit(1);
}

static inline void send_all(uint16_t port, struct rte_mbuf **packets, uint16_t count) {
    uint16_t sent = rte_eth_tx_burst(port, 0, packets, count);
    if (unlikely(sent < count))
        rte_pktmbuf_free_bulk(packets + sent, count - sent);
}

/* In two words: the first one and a half addresses, and the rest. */
static inline void swap_macs(struct rte_ether_hdr *ether) {
    uint64_t first;
    uint32_t rest;
    char *data = (char *)ether;
    memcpy(&first, data, sizeof(first));
    memcpy(&rest, data + sizeof(first), sizeof(rest));
    uint64_t source = first >> 48 | (uint64_t)rest << 16;
    rest = (uint32_t)(first >> 16);
    first = source | first << 48;
    memcpy(data, &first, sizeof(first));
    memcpy(data + sizeof(first), &rest, sizeof(rest));
}

/*
 * Adds up words of 32 bits, of which it takes many to overflow 64: whole ones, and of the last eight bytes
 * those that were in none.
 */
static inline uint64_t words(const char *data, uint32_t length) {
    uint64_t sum = 0, word = 0;
    if (length < sizeof(word)) {
        for (uint32_t i = 0; i < length; i++)
            word |= (uint64_t)(uint8_t)data[i] << (8 * i);
        return (word & UINT32_MAX) + (word >> 32);
    }
    uint32_t last = length - (uint32_t)sizeof(word), i = 0;
    for (; i < last; i += (uint32_t)sizeof(word)) {
        memcpy(&word, data + i, sizeof(word));
        sum += (word & UINT32_MAX) + (word >> 32);
    }
    memcpy(&word, data + last, sizeof(word));
    word >>= 8 * (i - last);
    return sum + (word & UINT32_MAX) + (word >> 32);
}

static inline uint16_t fold(uint64_t sum) {
    uint32_t half = (uint32_t)((sum + (sum << 32 | sum >> 32)) >> 32);
    return (uint16_t)((half + (half << 16 | half >> 16)) >> 16);
}

/* The checksum of words that have the present one among them. */
static inline uint16_t renewed(uint16_t before, uint64_t sum) {
    return (uint16_t)~fold(sum + (uint16_t)~before);
}

/* The IPv4 header, if there is a whole one, by the same rules as Java's view of it. */
static inline struct rte_ipv4_hdr *ipv4_of(struct rte_mbuf *packet) {
    struct rte_ether_hdr *ether = rte_pktmbuf_mtod(packet, struct rte_ether_hdr *);
    struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(ether + 1);
    uint32_t available = packet->data_len - (uint32_t)sizeof(*ether), header, total;
    if (packet->data_len < sizeof(*ether) + sizeof(*ip) || ether->ether_type != rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4))
        return NULL;
    header = rte_ipv4_hdr_len(ip);
    total = rte_be_to_cpu_16(ip->total_length);
    if (ip->version_ihl >> 4 != 4 || header < sizeof(*ip) || header > total || total > available)
        return NULL;
    return ip;
}

/* The UDP header, if there is a whole one, which a later fragment has not. */
static inline struct rte_udp_hdr *udp_of(struct rte_ipv4_hdr *ip) {
    uint32_t rest = rte_be_to_cpu_16(ip->total_length) - (uint32_t)rte_ipv4_hdr_len(ip), length;
    struct rte_udp_hdr *udp = (struct rte_udp_hdr *)((char *)ip + rte_ipv4_hdr_len(ip));
    if (ip->next_proto_id != IPPROTO_UDP || rest < sizeof(*udp) ||
        (ip->fragment_offset & rte_cpu_to_be_16(RTE_IPV4_HDR_OFFSET_MASK)) != 0)
        return NULL;
    length = rte_be_to_cpu_16(udp->dgram_len);
    return length < sizeof(*udp) || length > rest ? NULL : udp;
}

static inline uint64_t header_words(const struct rte_ipv4_hdr *ip) {
    uint32_t options = rte_ipv4_hdr_len(ip) - (uint32_t)sizeof(*ip), word;
    uint64_t sum = 0;
    for (size_t i = 0; i < sizeof(*ip); i += sizeof(word)) {
        memcpy(&word, (const char *)ip + i, sizeof(word));
        sum += word;
    }
    return options == 0 ? sum : sum + words((const char *)(ip + 1), options);
}

static inline void macswap_packet(struct rte_mbuf *packet) {
    swap_macs(rte_pktmbuf_mtod(packet, struct rte_ether_hdr *));
}

static inline void five_tuple_swap_packet(struct rte_mbuf *packet) {
    struct rte_ipv4_hdr *ip;
    struct rte_udp_hdr *udp;
    swap_macs(rte_pktmbuf_mtod(packet, struct rte_ether_hdr *));
    ip = ipv4_of(packet);
    if (ip == NULL)
        return;
    rte_be32_t address = ip->src_addr;
    ip->src_addr = ip->dst_addr;
    ip->dst_addr = address;
    udp = udp_of(ip);
    if (udp == NULL)
        return;
    rte_be16_t port = udp->src_port;
    udp->src_port = udp->dst_port;
    udp->dst_port = port;
}

static inline void checksum_packet(struct rte_mbuf *packet) {
    struct rte_ipv4_hdr *ip;
    struct rte_udp_hdr *udp;
    swap_macs(rte_pktmbuf_mtod(packet, struct rte_ether_hdr *));
    ip = ipv4_of(packet);
    if (ip == NULL)
        return;
    ip->hdr_checksum = renewed(ip->hdr_checksum, header_words(ip));
    udp = udp_of(ip);
    if (udp == NULL || udp->dgram_cksum == 0)
        return;
    uint16_t length = rte_be_to_cpu_16(udp->dgram_len);
    uint64_t sum = words((char *)udp, length) + words((char *)&ip->src_addr, 8) + rte_cpu_to_be_32(IPPROTO_UDP) + rte_cpu_to_be_32(length);
    uint16_t checksum = renewed(udp->dgram_cksum, sum);
    udp->dgram_cksum = checksum == 0 ? 0xffff : checksum;
}

static __rte_always_inline void io(uint16_t rx, uint16_t tx) {
    struct rte_mbuf *packets[MAX_BURST];
    uint16_t count = rte_eth_rx_burst(rx, 0, packets, burst);
    if (count != 0)
        send_all(tx, packets, count);
}

#define EACH_PACKET(name)                                                   \
    static __rte_always_inline void name(uint16_t rx, uint16_t tx) {        \
        struct rte_mbuf *packets[MAX_BURST];                                \
        uint16_t count = rte_eth_rx_burst(rx, 0, packets, burst);           \
        for (uint16_t i = 0; i < count; i++)                                \
            name##_packet(packets[i]);                                      \
        if (count != 0)                                                     \
            send_all(tx, packets, count);                                   \
    }

EACH_PACKET(macswap)
EACH_PACKET(five_tuple_swap)
EACH_PACKET(checksum)

static __rte_always_inline void rxonly(uint16_t rx, uint16_t tx) {
    struct rte_mbuf *packets[MAX_BURST];
    uint16_t count = rte_eth_rx_burst(rx, 0, packets, burst);
    (void)tx;
    rte_pktmbuf_free_bulk(packets, count);
}

static void write_frame(struct rte_mbuf *packet, unsigned int number, const struct rte_ether_addr *from,
                        const struct rte_ether_addr *to) {
    char *data = rte_pktmbuf_append(packet, frame_bytes);
    struct rte_ether_hdr *ether = (struct rte_ether_hdr *)data;
    struct rte_ipv4_hdr *ip = (struct rte_ipv4_hdr *)(ether + 1);
    struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(ip + 1);
    if (data == NULL)
        fail("a frame does not fit into a buffer");
    memset(data, 0, frame_bytes);
    ether->dst_addr = *to;
    ether->src_addr = *from;
    ether->ether_type = rte_cpu_to_be_16(RTE_ETHER_TYPE_IPV4);
    ip->version_ihl = RTE_IPV4_VHL_DEF;
    ip->total_length = rte_cpu_to_be_16(frame_bytes - sizeof(*ether));
    ip->time_to_live = TTL;
    ip->next_proto_id = IPPROTO_UDP;
    ip->src_addr = rte_cpu_to_be_32(NETWORK | 1 << 16 | 1);
    ip->dst_addr = rte_cpu_to_be_32(NETWORK | (number * STRIDE & (DESTINATIONS - 1)));
    ip->hdr_checksum = rte_ipv4_cksum(ip);
    udp->src_port = rte_cpu_to_be_16(9);
    udp->dst_port = rte_cpu_to_be_16(9);
    udp->dgram_len = rte_cpu_to_be_16(frame_bytes - sizeof(*ether) - sizeof(*ip));
    udp->dgram_cksum = rte_ipv4_udptcp_cksum(ip, udp);
}

static __rte_always_inline void txonly(uint16_t rx, uint16_t tx) {
    static char headers[HEADERS];
    struct rte_mbuf *packets[MAX_BURST];
    (void)rx;
    if (rte_pktmbuf_alloc_bulk(pool, packets, burst) != 0)
        return;
    if (unlikely(headers[0] == 0)) {
        write_frame(packets[0], 0, &usual_source, &usual_destination);
        memcpy(headers, rte_pktmbuf_mtod(packets[0], void *), HEADERS);
        rte_pktmbuf_reset(packets[0]);
    }
    for (uint16_t i = 0; i < burst; i++) {
        packets[i]->data_len = frame_bytes;
        packets[i]->pkt_len = frame_bytes;
        memcpy(rte_pktmbuf_mtod(packets[i], void *), headers, HEADERS);
    }
    send_all(tx, packets, burst);
}

/* What is sent to a port, until it is a burst or the step ends. */
struct batch {
    uint16_t count;
    struct rte_mbuf *packets[MAX_BURST];
};

static __rte_always_inline void l3fwd(uint16_t rx, uint16_t tx) {
    static struct batch batches[MAX_PORTS];
    struct rte_mbuf *packets[MAX_BURST];
    uint16_t count = rte_eth_rx_burst(rx, 0, packets, burst);
    (void)tx;
    for (uint16_t i = 0; i < count; i++) {
        struct rte_ipv4_hdr *ip = ipv4_of(packets[i]);
        struct rte_ether_hdr *ether = rte_pktmbuf_mtod(packets[i], struct rte_ether_hdr *);
        uint32_t port;
        if (ip == NULL || rte_lpm_lookup(routes, rte_be_to_cpu_32(ip->dst_addr), &port) != 0 || port >= ports) {
            rte_pktmbuf_free(packets[i]);
            continue;
        }
        if (ip->time_to_live <= 1) {
            /* It goes round for ever: begins anew. */
            ip->time_to_live = TTL;
            ip->hdr_checksum = 0;
            ip->hdr_checksum = rte_ipv4_cksum(ip);
        } else {
            uint32_t sum = ip->hdr_checksum + rte_cpu_to_be_16(0x100);
            ip->time_to_live--;
            ip->hdr_checksum = (uint16_t)(sum + (sum >= 0xffff));
        }
        memcpy(ether, addresses_of[port], sizeof(addresses_of[port]));
        batches[port].packets[batches[port].count++] = packets[i];
    }
    for (uint16_t port = 0; port < ports; port++) {
        if (batches[port].count != 0)
            send_all(port, batches[port].packets, batches[port].count);
        batches[port].count = 0;
    }
}

static void make_routes(void) {
    struct rte_lpm_config config = {.max_rules = 1024, .number_tbl8s = 256};
    routes = rte_lpm_create("routes", SOCKET_ID_ANY, &config);
    if (routes == NULL)
        fail("no table of routes");
    for (unsigned int i = 0; i < 256; i++)
        if (rte_lpm_add(routes, NETWORK | i << 8, 24, i % ports) != 0)
            fail("no room for the routes");
}

static step *step_of(const char *mode) {
    static const struct {
        const char *name;
        step *step;
    } modes[] = {{"io", io},         {"macswap", macswap}, {"5tswap", five_tuple_swap}, {"csum", checksum},
                 {"rxonly", rxonly}, {"txonly", txonly},   {"l3fwd", l3fwd}};
    for (size_t i = 0; i < RTE_DIM(modes); i++)
        if (strcmp(mode, modes[i].name) == 0)
            return modes[i].step;
    fail("unknown mode");
    return NULL;
}

static void start_ports(void) {
    struct rte_eth_conf conf = {0};
    for (uint16_t port = 0; port < ports; port++) {
        if (rte_eth_dev_configure(port, 1, 1, &conf) != 0 ||
            rte_eth_rx_queue_setup(port, 0, DESCRIPTORS, SOCKET_ID_ANY, NULL, pool) != 0 ||
            rte_eth_tx_queue_setup(port, 0, DESCRIPTORS, SOCKET_ID_ANY, NULL) != 0 || rte_eth_dev_start(port) != 0)
            fail("a port does not start");
    }
    /* Before its link is up, a port takes no packets to start with. */
    if (start_bursts == 0)
        return;
    for (uint16_t port = 0; port < ports; port++) {
        struct rte_eth_link link;
        for (int tries = 0;; tries++) {
            if (rte_eth_link_get_nowait(port, &link) == 0 && link.link_status == RTE_ETH_LINK_UP)
                break;
            if (tries > 400)
                fail("a link stays down");
            usleep(50000);
        }
    }
    usleep(300000);
}

/* A NIC delivers by address. So would the kernel, to itself, from a virtual port. */
static void addresses(uint16_t port, struct rte_ether_addr *from, struct rte_ether_addr *to) {
    char name[RTE_ETH_NAME_MAX_LEN];
    if (rte_eth_dev_get_name_by_port(port, name) != 0 || rte_eth_macaddr_get(port, from) != 0 ||
        rte_eth_macaddr_get(ports - 1 - port, to) != 0)
        fail("a port has no name, or no address");
    if (strncmp(name, "net_", 4) == 0) {
        *from = usual_source;
        *to = usual_destination;
    }
}

/* How many packets there are, and the sum of their checksums behind the MAC addresses. */
struct contents {
    uint64_t packets, sum;
};

static void add(struct contents *all, struct rte_mbuf *packet) {
    all->packets++;
    /* There are two zeros in this arithmetic. */
    all->sum += rte_raw_cksum(rte_pktmbuf_mtod_offset(packet, char *, BEHIND_ADDRESSES),
                              packet->data_len - BEHIND_ADDRESSES) % 0xffff;
}

static void make_frames(uint16_t port, struct rte_mbuf **packets, unsigned int *number) {
    struct rte_ether_addr from, to;
    addresses(port, &from, &to);
    if (rte_pktmbuf_alloc_bulk(pool, packets, burst) != 0)
        fail("no buffers for the packets to start with");
    for (uint16_t i = 0; i < burst; i++)
        write_frame(packets[i], (*number)++, &from, &to);
}

static void send_frames(uint16_t port, struct rte_mbuf **packets) {
    if (rte_eth_tx_burst(port, 0, packets, burst) != burst)
        fail("no room for the packets to start with");
}

/* Makes checksums wrong, and the ports differ: so one sees whether they are set right, and exchanged. */
static void spoil(struct rte_mbuf *packet) {
    struct rte_ipv4_hdr *ip = rte_pktmbuf_mtod_offset(packet, struct rte_ipv4_hdr *, sizeof(struct rte_ether_hdr));
    struct rte_udp_hdr *udp = (struct rte_udp_hdr *)(ip + 1);
    ip->hdr_checksum = udp->src_port = udp->dgram_cksum = rte_cpu_to_be_16(0x1234);
}

static struct contents fill(void) {
    struct rte_mbuf *packets[MAX_BURST];
    struct contents sent = {0, 0};
    unsigned int number = 0;
    for (uint16_t port = 0; port < ports; port++)
        rte_pktmbuf_free_bulk(packets, rte_eth_rx_burst(port, 0, packets, burst));
    for (unsigned int i = 0; i < start_bursts; i++)
        for (uint16_t port = 0; port < ports; port++) {
            make_frames(port, packets, &number);
            for (uint16_t j = 0; j < burst; j++)
                add(&sent, packets[j]);
            send_frames(port, packets);
        }
    return sent;
}

/* Takes out all packets that still go round. */
static struct contents drain(void) {
    struct rte_mbuf *packets[MAX_BURST];
    struct contents received = {0, 0};
    uint64_t last = rte_get_timer_cycles(), quiet = rte_get_timer_hz() * QUIET_MS / 1000;
    while (rte_get_timer_cycles() - last < quiet)
        for (uint16_t port = 0; port < ports; port++) {
            uint16_t count = rte_eth_rx_burst(port, 0, packets, burst);
            for (uint16_t i = 0; i < count; i++)
                add(&received, packets[i]);
            rte_pktmbuf_free_bulk(packets, count);
            if (count != 0)
                last = rte_get_timer_cycles();
        }
    return received;
}

static uint64_t handled(void) {
    struct rte_eth_stats stats;
    uint64_t all = 0;
    for (uint16_t port = 0; port < ports; port++)
        all += rte_eth_stats_get(port, &stats) == 0 ? stats.ipackets : 0;
    return all;
}

/*
 * Lets a burst, whose checksums are wrong, from each port pass once, and takes it out: a hash (FNV-1a) of all
 * bytes that came out, in their order, or 0 if the step handled, or gave back, another number of packets.
 */
static uint64_t pass_once(step *forward, unsigned int patience_ms) {
    struct rte_mbuf *packets[MAX_BURST];
    uint64_t hash = 0xcbf29ce484222325;
    unsigned int number = 0;
    for (uint16_t port = 0; port < ports; port++) {
        uint64_t before = handled();
        make_frames(port, packets, &number);
        for (uint16_t i = 0; i < burst; i++)
            spoil(packets[i]);
        send_frames(port, packets);
        rte_delay_us_block(1000 * patience_ms);
        for (uint16_t i = 0; i < ports && handled() == before; i++)
            forward(i, ports - 1 - i);
        uint64_t passed = handled() - before;
        uint16_t returned = 0;
        rte_delay_us_block(1000 * patience_ms);
        for (uint16_t rx = 0; rx < ports; rx++) {
            uint16_t count = rte_eth_rx_burst(rx, 0, packets, burst);
            for (uint16_t i = 0; i < count; i++)
                for (uint16_t at = 0; at < packets[i]->data_len; at++)
                    hash = (hash ^ rte_pktmbuf_mtod(packets[i], uint8_t *)[at]) * 0x100000001b3;
            rte_pktmbuf_free_bulk(packets, count);
            returned += count;
        }
        if (passed != burst || returned != burst)
            return 0;
    }
    return hash;
}

/* With twice the patience in each try: a partner on another CPU may have had none. */
static uint64_t pass(step *forward) {
    uint64_t hash = 0;
    for (int tries = 0; hash == 0 && tries < PASS_TRIES; tries++) {
        drain();
        hash = pass_once(forward, RETURN_MS << tries);
    }
    return hash;
}

/* The loop of one mode, with its step in it. */
static __rte_always_inline void run(step *forward) {
    uint16_t last = ports - 1;
    while (!stop) {
        forward(0, last);
        if (last != 0)
            forward(1, 0);
    }
}

static int forward(void *argument) {
    step *chosen = argument;
    struct contents put_in, taken_out;
    if (start_bursts > 0)
        put_in = fill();
    if (chosen == io)
        run(io);
    else if (chosen == macswap)
        run(macswap);
    else if (chosen == five_tuple_swap)
        run(five_tuple_swap);
    else if (chosen == checksum)
        run(checksum);
    else if (chosen == rxonly)
        run(rxonly);
    else if (chosen == txonly)
        run(txonly);
    else
        run(l3fwd);
    if (start_bursts > 0) {
        taken_out = drain();
        printf("contents %" PRIu64 "/%" PRIx64 " %" PRIu64 "/%" PRIx64 " %" PRIx64 "\n", put_in.packets, put_in.sum,
               taken_out.packets, taken_out.sum, pass(chosen));
    }
    return 0;
}

int main(int argc, char **argv) {
    int eal = rte_eal_init(argc, argv);
    if (eal < 0 || argc - eal != 6)
        fail("arguments: EAL's, --, mode, burst, bursts to start with, bytes of a frame, buffers");
    argv += eal;
    burst = (uint16_t)atoi(argv[2]);
    start_bursts = (unsigned int)atoi(argv[3]);
    frame_bytes = (uint16_t)atoi(argv[4]);
    if (burst < 1 || burst > MAX_BURST)
        fail("a burst has 1 to 512 packets");
    ports = rte_eth_dev_count_avail();
    if (ports < 1 || ports > MAX_PORTS)
        fail("one port or two");
    uint16_t room = RTE_MAX(2048, RTE_ALIGN_CEIL(frame_bytes, 128)) + RTE_PKTMBUF_HEADROOM;
    pool = rte_pktmbuf_pool_create("mbufs", (unsigned int)atoi(argv[5]), CACHE, 0, room, (int)rte_socket_id());
    if (pool == NULL)
        fail("no pool");
    step *chosen = step_of(argv[1]);
    if (chosen == l3fwd)
        make_routes();
    start_ports();
    if (rte_eal_remote_launch(forward, chosen, 1) != 0)
        fail("lcore 1 does not start");
    puts("forwarding on lcore 1");
    fflush(stdout);
    while (getchar() != EOF)
        ;
    stop = true;
    rte_eal_mp_wait_lcore();
    rte_eal_cleanup();
    return 0;
}
