// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.driver;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What Docker and a network driver tell each other. Anything may be missing from what Docker sends,
 * and unknown fields are no error: versions differ.
 */
final class Messages {
    private Messages() {}

    /** One pool of addresses of a network; all in CIDR notation. */
    record Pool(
            @JsonProperty("Pool") @Nullable String pool,
            @JsonProperty("Gateway") @Nullable String gateway) {}

    record CreateNetwork(
            @JsonProperty("NetworkID") @Nullable String network,
            @JsonProperty("Options") @Nullable Map<String, @Nullable Object> options,
            @JsonProperty("IPv4Data") @Nullable List<@Nullable Pool> ipv4,
            @JsonProperty("IPv6Data") @Nullable List<@Nullable Pool> ipv6) {}

    /** Names a network. */
    record NetworkOnly(@JsonProperty("NetworkID") @Nullable String network) {}

    /** Names an endpoint, with whatever more a call brings. */
    record EndpointOnly(
            @JsonProperty("NetworkID") @Nullable String network,
            @JsonProperty("EndpointID") @Nullable String endpoint) {}

    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record EndpointInterface(
            @JsonProperty("Address") @Nullable String address,
            @JsonProperty("AddressIPv6") @Nullable String addressIpv6,
            @JsonProperty("MacAddress") @Nullable String mac) {
        static final EndpointInterface NOTHING = new EndpointInterface(null, null, null);
    }

    record CreateEndpoint(
            @JsonProperty("NetworkID") @Nullable String network,
            @JsonProperty("EndpointID") @Nullable String endpoint,
            @JsonProperty("Interface") @Nullable EndpointInterface offered,
            @JsonProperty("Options") @Nullable Map<String, @Nullable Object> options) {}

    record Join(
            @JsonProperty("NetworkID") @Nullable String network,
            @JsonProperty("EndpointID") @Nullable String endpoint,
            @JsonProperty("SandboxKey") @Nullable String sandbox) {}

    // ---- answers

    record Activated(@JsonProperty("Implements") List<String> interfaces) {}

    record Capabilities(
            @JsonProperty("Scope") String scope,
            @JsonProperty("ConnectivityScope") String connectivityScope,
            @JsonProperty("GwAllocChecker") boolean gatewayChecker) {}

    record GatewayCheck(
            @JsonProperty("SkipIPv4") boolean skipIpv4,
            @JsonProperty("SkipIPv6") boolean skipIpv6) {}

    record EndpointCreated(@JsonProperty("Interface") EndpointInterface chosen) {}

    record EndpointInfo(@JsonProperty("Value") Map<String, String> value) {}

    record InterfaceName(
            @JsonProperty("SrcName") String source, @JsonProperty("DstPrefix") String prefix) {}

    /** Without an interface for a virtual function that no kernel driver has. */
    @JsonInclude(JsonInclude.Include.NON_EMPTY)
    record Joined(
            @JsonProperty("InterfaceName") @Nullable InterfaceName name,
            @JsonProperty("Gateway") @Nullable String gateway,
            @JsonProperty("GatewayIPv6") @Nullable String gatewayIpv6,
            @JsonProperty("DisableGatewayService") boolean withoutGatewayService) {}

    record Allocated(@JsonProperty("Options") Map<String, String> options) {}

    record Failure(@JsonProperty("Err") String sentence) {}
}
