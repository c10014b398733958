// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.cli;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.dpdk4j.sriov.doctor.Doctor;
import org.dpdk4j.sriov.doctor.Finding;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What stands in the way. */
@Command(
        name = "doctor",
        description = {
            "Says what on this machine stands in the way of DPDK in containers.",
            "Changes nothing. The exit code is 1 if something fails."
        })
final class DoctorCommand extends Subcommand {
    @Option(
            names = {"-q", "--quiet"},
            description = "Only what is not as it should be.")
    private boolean quiet;

    @Override
    Result result(Dpdk4j root) {
        List<Finding> findings =
                Doctor.of(root.kernel()).findings().stream()
                        .filter(finding -> !quiet || finding.level() != Finding.Level.OK)
                        .toList();
        List<String> lines = new ArrayList<>();
        for (Finding finding : findings) {
            lines.add(
                    String.format(
                            "%-4s  %-12s  %s", finding.level(), finding.subject(), finding.what()));
            if (finding.level() != Finding.Level.OK) {
                lines.add("      " + finding.why());
                lines.add("      => " + finding.remedy());
            }
        }
        boolean failed = findings.stream().anyMatch(f -> f.level() == Finding.Level.FAIL);
        return new Result(
                findings.stream().map(DoctorCommand::document).toList(),
                String.join("\n", lines),
                failed ? Dpdk4j.FAILED : 0);
    }

    private static Map<String, Object> document(Finding finding) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("level", finding.level().name().toLowerCase(Locale.ROOT));
        document.put("subject", finding.subject());
        document.put("what", finding.what());
        document.put("why", finding.why());
        document.put("remedy", finding.remedy());
        return document;
    }
}
