# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# A container engine for the length of one run: the Docker engine that is running, else, for root,
# a private one that leaves bridges, iptables and forwarding alone, keeps its data under target/ and
# ends with the script. To be sourced after lib.sh; the script's EXIT trap calls engine_stop.

engine_state=${root:?}/target/docker
engine_pid=
engine_lock=
engine_policy=

# Returns 1, with the reason in engine_lack, where there is no engine and none can be started.
engine_start() {
    engine_lack=
    if command -v docker >/dev/null && docker info >/dev/null 2>&1; then
        return 0
    fi
    if ((EUID != 0)); then
        engine_lack="no Docker engine that this user may use is running (start Docker, or run as root)"
        return 1
    fi
    engine_install || return 1
    engine_launch
}

engine_install() {
    local packages=(docker.io mount)
    command -v dockerd >/dev/null && command -v docker >/dev/null && command -v umount >/dev/null && return 0
    if ! has_apt; then
        engine_lack="Docker is not installed, and this system has no apt to install it"
        return 1
    fi
    # In some suites the client is a package of its own.
    known_to_apt docker.io || (update_package_lists) || true
    ! known_to_apt docker-cli || packages+=(docker-cli)
    # The package would start a system-wide engine with a bridge and iptables rules of its own.
    if [[ ! -e /usr/sbin/policy-rc.d ]]; then
        engine_policy=/usr/sbin/policy-rc.d
        printf '#!/bin/sh\nexit 101\n' >"$engine_policy"
        chmod +x "$engine_policy"
    fi
    # In a subshell: without the container there is still something to show.
    (need_packages "The container" "${packages[@]}") || engine_lack="Docker could not be installed"
    engine_drop_policy
    [[ -z $engine_lack ]]
}

engine_drop_policy() {
    [[ -z $engine_policy ]] || rm -f "$engine_policy"
    engine_policy=
}

engine_launch() {
    local run log=${logs:?}/dockerd.log began=$SECONDS
    mkdir -p "${engine_state%/*}"
    exec {engine_lock}>"$engine_state.lock"
    if ! flock -n "$engine_lock"; then
        engine_lack="another run in this folder has its engine running"
        return 1
    fi
    engine_remove_leftovers
    mkdir -p "$engine_state/data" "$logs"
    # A Unix socket's path ends at 108 bytes, so the sockets can't live under target/.
    run=$(mktemp -d /tmp/dpdk4j-docker.XXXXXX)
    ln -sfn "$run" "$engine_state/run"
    say "No Docker engine is running: starting a private one (data in target/docker, sockets in $run, gone afterwards)"
    # A session of its own keeps Ctrl-C away from it until its containers are gone; should this
    # script be killed, the kernel ends it.
    setsid setpriv --pdeathsig TERM dockerd \
        --host "unix://$run/docker.sock" --pidfile "$run/docker.pid" \
        --data-root "$engine_state/data" --exec-root "$run/exec" \
        --bridge none --iptables=false --ip6tables=false --ip-forward=false --ip-masq=false \
        --shutdown-timeout 5 >"$log" 2>&1 </dev/null {engine_lock}>&- &
    engine_pid=$!
    export DOCKER_HOST=unix://$run/docker.sock
    until docker info >/dev/null 2>&1; do
        if ! kill -0 "$engine_pid" 2>/dev/null || ((SECONDS - began > 60)); then
            tail -n 5 "$log" | sed 's/^/    /' >&2
            engine_lack="the private Docker engine did not start (its log: ${log#"$root"/})"
            engine_stop
            return 1
        fi
        sleep 0.2
    done
}

# Ends the private engine, with what it started and mounted. Nothing to do where it is not ours.
engine_stop() {
    engine_drop_policy
    [[ -n $engine_pid ]] || return 0
    end_process "$engine_pid"
    engine_pid=
    unset DOCKER_HOST
    engine_remove_leftovers
    exec {engine_lock}>&-
}

# Of an engine of ours: shims and mounts that it left, or all of it where its script was killed.
engine_remove_leftovers() {
    local run pid mount
    [[ -L $engine_state/run ]] || return 0
    run=$(readlink "$engine_state/run")
    for pid in /proc/[0-9]*; do
        pid=${pid#/proc/}
        # dockerd, containerd and its shims all carry the folder's name in their arguments.
        if { tr '\0' ' ' <"/proc/$pid/cmdline" | grep -qF -- "$run/"; } 2>/dev/null; then
            end_process "$pid"
        fi
    done
    while read -r mount; do
        # It may go while it is being looked for.
        umount -l "$(printf %b "$mount")" || true
    done < <(awk -v a="$run/" -v b="$engine_state/" \
        'index($5, a) == 1 || index($5, b) == 1 { print $5 }' /proc/self/mountinfo | sort -r)
    rm -rf --one-file-system "$run" "$engine_state/run"
}
