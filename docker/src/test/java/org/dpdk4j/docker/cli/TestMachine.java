// SPDX-License-Identifier: BSD-3-Clause
package org.dpdk4j.docker.cli;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import org.dpdk4j.docker.ContainerFiles;
import org.dpdk4j.docker.engine.DockerClient;
import org.dpdk4j.sriov.inventory.Inventory;
import org.dpdk4j.sriov.kernel.Kernel;

/** The command's surroundings below a directory, on a kernel model. */
record TestMachine(Kernel kernel, Path directory, FakeDocker docker)
        implements DockerRunDpdk.Machine {
    TestMachine(Kernel kernel, Path directory) {
        this(kernel, directory, new FakeDocker(directory.resolve("bin")));
    }

    /** What a call left behind. */
    record Said(int exit, String out, String err) {}

    Said run(String... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        int exit = DockerRunDpdk.run(this, new PrintWriter(out), new PrintWriter(err), arguments);
        return new Said(exit, out.toString(), err.toString());
    }

    Path specs() {
        return directory.resolve("cdi");
    }

    Path state() {
        return directory.resolve("state");
    }

    @Override
    public Inventory inventory() {
        return Inventory.open(state(), kernel);
    }

    @Override
    public ContainerFiles files() {
        return ContainerFiles.in(state(), specs());
    }

    @Override
    public DockerClient engine() {
        return docker.client();
    }

    /** For a process of its own: the directory, then the command line. */
    public static void main(String[] arguments) {
        TestMachine machine = new TestMachine(Kernel.system(), Path.of(arguments[0]));
        Said said = machine.run(Arrays.copyOfRange(arguments, 1, arguments.length));
        System.out.print(said.out());
        System.err.print(said.err());
        System.exit(said.exit());
    }
}
