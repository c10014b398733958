# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# Hugepages of 2 MiB for the length of one run. To be sourced after lib.sh.

hugepages=/sys/kernel/mm/hugepages/hugepages-2048kB
hugepages_before=

# reserve_hugepages N: makes sure that so many are free; for root, by reserving more.
reserve_hugepages() {
    local free lack
    free=$(cat $hugepages/free_hugepages)
    lack=$(($1 - free))
    ((lack > 0)) || return 0
    ((EUID == 0)) || die "$free hugepages of 2 MiB are free, and $1 are needed: run this as root"
    hugepages_before=$(cat $hugepages/nr_hugepages)
    echo $((hugepages_before + lack)) >$hugepages/nr_hugepages
    (($(cat $hugepages/free_hugepages) >= $1)) || die "the kernel has no room for $1 hugepages of 2 MiB"
}

put_back_hugepages() {
    [[ -z $hugepages_before ]] || echo "$hugepages_before" >$hugepages/nr_hugepages || true
}
