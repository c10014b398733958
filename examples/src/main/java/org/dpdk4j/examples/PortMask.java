// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.examples;

import java.math.BigInteger;
import java.util.List;
import java.util.regex.Pattern;
import org.dpdk4j.EthDev;
import picocli.CommandLine.Option;

/** The option on which ports to use, for programs that use several, as DPDK's own have it. */
final class PortMask {
    private static final Pattern MASK = Pattern.compile("(0[xX])?[0-9a-fA-F]+");

    @Option(
            names = "-p",
            paramLabel = "PORTMASK",
            description = "Ports to use, as a hexadecimal mask (default: all).")
    String portMask = "";

    /** Refuses what is no mask. */
    void require(Example program) {
        if (!portMask.isEmpty() && !MASK.matcher(portMask).matches()) {
            throw program.wrong("-p is a hexadecimal mask of ports, such as 3, not " + portMask);
        }
    }

    /** The ports of the mask; {@code program} refuses if it names others. */
    List<EthDev> choose(Example program, List<EthDev> ports) {
        if (portMask.isEmpty()) {
            return ports;
        }
        BigInteger mask = new BigInteger(portMask.replaceFirst("0[xX]", ""), 16);
        List<EthDev> selected = ports.stream().filter(p -> mask.testBit(p.portId())).toList();
        if (selected.size() != mask.bitCount() || selected.isEmpty()) {
            throw program.wrong(
                    "-p "
                            + portMask
                            + " names other ports than there are: "
                            + ports.stream().map(p -> p.portId() + " " + p.name()).toList());
        }
        return selected;
    }
}
