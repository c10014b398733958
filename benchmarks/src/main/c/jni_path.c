/* SPDX-License-Identifier: BSD-3-Clause
 * The packet path as a JNI binding would have it, for comparison alone: one call for each burst,
 * with DPDK's inline functions in C behind it. Compiled when the benchmarks run.
 */
#include <jni.h>
#include <rte_ethdev.h>

JNIEXPORT jint JNICALL
Java_org_dpdk4j_benchmarks_JniPath_receive(JNIEnv *env, jclass type, jint port, jint queue,
                                           jlong mbufs, jint count)
{
    (void)env;
    (void)type;
    return rte_eth_rx_burst((uint16_t)port, (uint16_t)queue, (struct rte_mbuf **)mbufs,
                            (uint16_t)count);
}

JNIEXPORT jint JNICALL
Java_org_dpdk4j_benchmarks_JniPath_send(JNIEnv *env, jclass type, jint port, jint queue,
                                        jlong mbufs, jint count)
{
    (void)env;
    (void)type;
    return rte_eth_tx_burst((uint16_t)port, (uint16_t)queue, (struct rte_mbuf **)mbufs,
                            (uint16_t)count);
}
