// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.sriov.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.dpdk4j.sriov.kernel.Errno;
import org.dpdk4j.sriov.kernel.Kernel;
import org.dpdk4j.sriov.kernel.KernelException;
import org.dpdk4j.testing.Forked;
import org.junit.jupiter.api.Test;

class KernelModelTest {
    private static final String PF = "/sys/bus/pci/devices/" + Machine.IGB0;
    private static final String NUMVFS = PF + "/sriov_numvfs";

    @Test
    void shouldMakeVfsAndTakeThemAway() throws KernelException {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.igb())) {
            Kernel kernel = model.kernel();
            final String before = model.snapshot();
            kernel.write(NUMVFS, "3");
            assertThat(kernel.read(NUMVFS)).isEqualTo("3");
            assertThat(kernel.readLink(PF + "/virtfn1")).isEqualTo("../0000:01:10.2");
            assertThat(kernel.readLink("/sys/bus/pci/devices/0000:01:10.2/driver"))
                    .isEqualTo("../../../../bus/pci/drivers/igbvf");
            model.settle();
            assertThat(kernel.list(PF + "/virtfn1/net")).containsExactly("enp1s0v1");
            assertThat(model.snapshot()).isNotEqualTo(before);
            fails(Errno.EBUSY, () -> kernel.write(NUMVFS, "4"));
            kernel.write(NUMVFS, "0");
            assertThat(model.snapshot()).isEqualTo(before);
            assertThat(model.steps()).isEqualTo(3);
        }
    }

    @Test
    void shouldFailWhereItIsTold() throws KernelException {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.igb())) {
            Kernel kernel = model.kernel();
            model.faults().failChange(2, Errno.EINTR);
            kernel.write(NUMVFS, "2");
            fails(Errno.EINTR, () -> kernel.write(NUMVFS, "0"));
            assertThat(kernel.read(NUMVFS)).isEqualTo("2");
            kernel.write(NUMVFS, "0");
            model.faults().failAfterChange(1, Errno.EINTR);
            fails(Errno.EINTR, () -> kernel.write(NUMVFS, "2"));
            assertThat(kernel.read(NUMVFS)).isEqualTo("2");
        }
    }

    @Test
    void shouldKillBeforeDuringAndAfterAChange() throws Exception {
        try (KernelModelProcess model = KernelModelProcess.start(Machine.igb())) {
            model.faults().killBeforeChange(2);
            assertThat(writer(model)).isEqualTo(137);
            assertThat(model.kernel().read(NUMVFS)).isEqualTo("1");
            model.kernel().write(NUMVFS, "0");
            model.faults().clear().killAfterChange(2);
            assertThat(writer(model)).isEqualTo(137);
            assertThat(model.kernel().read(NUMVFS)).isEqualTo("0");
            model.faults().clear().killDuringChange(3);
            assertThat(writer(model)).isEqualTo(137);
            assertThat(model.kernel().read(NUMVFS)).isEqualTo("2");
            model.kernel().write(NUMVFS, "0");
            model.faults().clear();
            assertThat(writer(model)).isZero();
        }
    }

    private static int writer(KernelModelProcess model) throws IOException, InterruptedException {
        Process process = Forked.java(Writer.class).option(model.option()).start();
        assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }

    /** Makes one VF, none, two. */
    static final class Writer {
        private Writer() {}

        public static void main(String[] none) throws KernelException {
            Kernel kernel = Kernel.system();
            kernel.write(NUMVFS, "1");
            kernel.write(NUMVFS, "0");
            kernel.write(NUMVFS, "2");
        }
    }

    private static void fails(int errno, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        KernelException.class, e -> assertThat(e.errno()).isEqualTo(errno));
    }
}
