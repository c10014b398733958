// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.pf;

import java.util.Optional;
import java.util.OptionalInt;
import org.dpdk4j.sriov.MacAddress;

/**
 * What to set of a VF. What is empty stays as it is; a VLAN brings priority 0 and 802.1Q with it if
 * it is told nothing else.
 *
 * @param mac the administrative address
 * @param vlan 1 to 4094, or 0 for none
 * @param qos the priority in the VLAN, 0 to 7
 * @param vlanProtocol the tag of the VLAN
 * @param spoofCheck whether to drop frames from other addresses than the VF's
 * @param trust whether the VF may do such as promiscuous mode
 * @param linkState what the VF sees of the link
 * @param minRateMbps guaranteed to what it sends, or 0 for nothing
 * @param maxRateMbps of what it sends, or 0 for no limit
 */
public record VfSettings(
        Optional<MacAddress> mac,
        OptionalInt vlan,
        OptionalInt qos,
        Optional<VlanProtocol> vlanProtocol,
        Optional<Boolean> spoofCheck,
        Optional<Boolean> trust,
        Optional<VfLinkState> linkState,
        OptionalInt minRateMbps,
        OptionalInt maxRateMbps) {
    private static final int MAX_VLAN = 4094;
    private static final int MAX_QOS = 7;

    /**
     * Checks the values, before anything is done with them.
     *
     * @throws IllegalArgumentException in a sentence, if one makes no sense
     */
    public VfSettings {
        mac.ifPresent(VfSettings::checkMac);
        check(vlan, "VLAN", MAX_VLAN, "A VF's VLAN is 1 to 4094, or 0 for none");
        check(qos, "priority", MAX_QOS, "The priority in a VLAN is 0 to 7");
        check(minRateMbps, "rate", Integer.MAX_VALUE, "Rates are in Mbit/s, 0 for none");
        check(maxRateMbps, "rate", Integer.MAX_VALUE, "Rates are in Mbit/s, 0 for no limit");
        if (vlan.isEmpty() && (qos.isPresent() || vlanProtocol.isPresent())) {
            throw new IllegalArgumentException(
                    "Priority and protocol belong to a VLAN: name the VLAN, too.");
        }
        if (vlan.orElse(1) == 0 && vlanProtocol.orElse(VlanProtocol.DOT1Q) != VlanProtocol.DOT1Q) {
            throw new IllegalArgumentException(
                    "VLAN 0 is none, and has no protocol: leave the protocol out.");
        }
        int max = maxRateMbps.orElse(0);
        if (max != 0 && minRateMbps.orElse(0) > max) {
            throw new IllegalArgumentException(
                    "The rate guaranteed, "
                            + minRateMbps.getAsInt()
                            + " Mbit/s, is above the limit of "
                            + max
                            + ": make it that or less.");
        }
    }

    /**
     * Nothing to be set, so far.
     *
     * @return a builder
     */
    public static Builder builder() {
        return new Builder();
    }

    private static void checkMac(MacAddress mac) {
        if (mac.bits() == 0) {
            throw new IllegalArgumentException(
                    "The MAC address of all zeros is nobody's: give the VF one of its own,"
                            + " such as 02:00:00:00:00:01.");
        }
        if (mac.multicast()) {
            throw new IllegalArgumentException(
                    "The MAC address "
                            + mac
                            + " is one of a group: the first octet of a VF's own is even,"
                            + " as in 02:00:00:00:00:01.");
        }
    }

    private static void check(OptionalInt value, String what, int max, String rule) {
        if (value.isPresent() && (value.getAsInt() < 0 || value.getAsInt() > max)) {
            throw new IllegalArgumentException(
                    "No such " + what + ": " + value.getAsInt() + ". " + rule + ".");
        }
    }

    /** Collects settings. */
    public static final class Builder {
        private Optional<MacAddress> mac = Optional.empty();
        private OptionalInt vlan = OptionalInt.empty();
        private OptionalInt qos = OptionalInt.empty();
        private Optional<VlanProtocol> vlanProtocol = Optional.empty();
        private Optional<Boolean> spoofCheck = Optional.empty();
        private Optional<Boolean> trust = Optional.empty();
        private Optional<VfLinkState> linkState = Optional.empty();
        private OptionalInt minRateMbps = OptionalInt.empty();
        private OptionalInt maxRateMbps = OptionalInt.empty();

        private Builder() {}

        /**
         * Sets the administrative address.
         *
         * @param mac of one device, not of a group
         * @return this
         */
        public Builder mac(MacAddress mac) {
            this.mac = Optional.of(mac);
            return this;
        }

        /**
         * Sets the VLAN.
         *
         * @param vlan 1 to 4094, or 0 for none
         * @return this
         */
        public Builder vlan(int vlan) {
            this.vlan = OptionalInt.of(vlan);
            return this;
        }

        /**
         * Sets the priority in the VLAN.
         *
         * @param qos 0 to 7
         * @return this
         */
        public Builder qos(int qos) {
            this.qos = OptionalInt.of(qos);
            return this;
        }

        /**
         * Sets the tag of the VLAN.
         *
         * @param protocol 802.1Q or 802.1ad
         * @return this
         */
        public Builder vlanProtocol(VlanProtocol protocol) {
            this.vlanProtocol = Optional.of(protocol);
            return this;
        }

        /**
         * Sets whether to drop frames from other addresses than the VF's.
         *
         * @param on or off
         * @return this
         */
        public Builder spoofCheck(boolean on) {
            this.spoofCheck = Optional.of(on);
            return this;
        }

        /**
         * Sets whether the VF may do such as promiscuous mode.
         *
         * @param on or off
         * @return this
         */
        public Builder trust(boolean on) {
            this.trust = Optional.of(on);
            return this;
        }

        /**
         * Sets what the VF sees of the link.
         *
         * @param state as the port, up or down
         * @return this
         */
        public Builder linkState(VfLinkState state) {
            this.linkState = Optional.of(state);
            return this;
        }

        /**
         * Guarantees a rate to what the VF sends.
         *
         * @param mbps in Mbit/s, or 0
         * @return this
         */
        public Builder minRateMbps(int mbps) {
            this.minRateMbps = OptionalInt.of(mbps);
            return this;
        }

        /**
         * Limits the rate of what the VF sends.
         *
         * @param mbps in Mbit/s, or 0 for no limit
         * @return this
         */
        public Builder maxRateMbps(int mbps) {
            this.maxRateMbps = OptionalInt.of(mbps);
            return this;
        }

        /**
         * What was collected.
         *
         * @return settings
         * @throws IllegalArgumentException in a sentence, if a value makes no sense
         */
        public VfSettings build() {
            return new VfSettings(
                    mac,
                    vlan,
                    qos,
                    vlanProtocol,
                    spoofCheck,
                    trust,
                    linkState,
                    minRateMbps,
                    maxRateMbps);
        }
    }
}
