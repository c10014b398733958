# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# Experiments that are programs of their own, as EAL starts once in a process. Each writes its result to a
# file as JSON, and prints a line for each step. To be sourced after lib.sh, once the jars are built.

# experiment_latency FILE SECONDS IMAGE: latency at 10, 50 and 90 % of the maximal rate. Below 60 s only
# over memif. An empty IMAGE leaves the container out.
experiment_latency() { run_experiment echo.LatencyExperiment "$1" --seconds "$2" --image "$3"; }

# experiment_roads FILE SECONDS IMAGE: the same work by a switch, af_packet, a bridge and datagrams. Needs
# root; network namespaces stand for containers, so the image is not used.
experiment_roads() { run_experiment echo.RoadsExperiment "$1" --seconds "$2"; }

# experiment_cost FILE IMAGE [REPETITIONS]: start, memory and CPU time. C is there if compile_c made it.
experiment_cost() {
    local options=(--image "$2" --repetitions "${3:-5}") program=${root:?}/target/c/forwarder
    [[ ! -x $program ]] || options+=(--c-forwarder "$program")
    run_experiment echo.CostExperiment "$1" "${options[@]}"
}

# experiment_jmh CALLS-FILE SCALING-FILE [container]: JMH's benchmarks, briefly: of calls on both sides, of
# scaling on the host.
experiment_jmh() {
    local brief=(-f 1 -wi 3 -w 300ms -i 5 -r 300ms) calls='(Call|Access|Burst|Path)Benchmark' sides=()
    say "jmh: calls, on the host"
    "${root:?}/benchmarks/jmh" "${brief[@]}" "$calls" >"$logs/jmh-calls.log" || return
    sides=(--host "$root/target/jmh/host.json")
    if [[ -n ${3:-} ]]; then
        say "jmh: calls, in a container"
        "$root/benchmarks/jmh" --container "${brief[@]}" "$calls" >"$logs/jmh-container.log" || return
        sides+=(--container "$root/target/jmh/container.json")
    fi
    jmh_experiment "$1" CALLS "${sides[@]}" || return
    say "jmh: scaling"
    "$root/benchmarks/jmh" "${brief[@]}" '(Scaling|Lpm)Benchmark' >"$logs/jmh-scaling.log" || return
    jmh_experiment "$2" SCALING --host "$root/target/jmh/host.json"
}

# jmh_experiment FILE KIND ARGUMENT...
jmh_experiment() {
    "$JAVA_HOME/bin/java" -cp "$(jar_of benchmarks):${root:?}/benchmarks/target/lib/*" \
        org.dpdk4j.benchmarks.evaluation.JmhExperiment --experiment "$1" --kind "$2" "${@:3}"
}

# experiment_soak FILE MINUTES: pauses, garbage and losses under each collector, all in so many minutes.
experiment_soak() { run_experiment echo.SoakExperiment "$1" --minutes "$2"; }

# What all experiments but JMH's are told: CPUs, the JVM's options, what it loads first, the seed.
experiment_options=()

# run_experiment CLASS FILE ARGUMENT...
run_experiment() {
    local class=$1 file=$2
    shift 2
    # shellcheck disable=SC2046 # options, one a word
    "$JAVA_HOME/bin/java" $(cpu_java_options) -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \
        -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
        -cp "$(jar_of benchmarks):${root:?}/benchmarks/target/lib/*" \
        "org.dpdk4j.benchmarks.$class" --experiment "$file" "${experiment_options[@]}" "$@"
}
