# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# Finding, or installing, a QEMU that emulates the NIC igb. To be sourced after scripts/lib.sh.

# need_qemu: a QEMU of version 8 or newer as qemu-system-x86_64 on PATH.
need_qemu() {
    local version codename
    version=$(qemu_version)
    ((${version:-0} < 8)) || return 0
    [[ -z $version ]] || ! has_apt || installed qemu-system-x86 ||
        die "qemu-system-x86_64 on PATH is version $version, and the lab needs 8 or newer (for the NIC igb)"
    has_apt || die "the lab needs QEMU 8 or newer: install it (qemu-system-x86_64)"
    known_to_apt qemu-system-x86 || update_package_lists || true
    version=$({ apt-cache show --no-all-versions qemu-system-x86 2>/dev/null || true; } |
        sed -n 's/^Version: \([0-9]*:\)\{0,1\}\([0-9]*\).*/\2/p')
    if ((${version:-0} >= 8)); then
        need_packages "The lab" qemu-system-x86 seabios || exit 1
    else
        codename=$(. /etc/os-release && printf %s "${VERSION_CODENAME:-}")
        [[ $codename == bookworm ]] ||
            die "the lab needs QEMU 8 or newer, and this system's apt has ${version:-none}: install it by other means"
        install_backport
    fi
    version=$(qemu_version)
    ((${version:-0} >= 8)) || die "qemu-system-x86_64 is still version ${version:-none} after installing it"
}

qemu_version() {
    { qemu-system-x86_64 --version 2>/dev/null || true; } | sed -n 's/^QEMU emulator version \([0-9]*\).*/\1/p'
}

# Debian 12 has QEMU 7.2; its backports have 10. The suite is asked this once, with lists of its own:
# the system's sources stay as they are, so nothing else ever comes from there.
install_backport() {
    local lists parts mirror package wanted=()
    can_be_root || die "the lab needs QEMU 8 or newer, which Debian 12 has in bookworm-backports, and this is neither" \
        "root nor a user of sudo. As root, with that suite in apt's sources:" \
        "apt-get install -t bookworm-backports --no-install-recommends qemu-system-x86"
    lists=${XDG_CACHE_HOME:-$HOME/.cache}/dpdk4j/backports-lists
    parts=${lists%/*}/backports-sources
    rm -rf "$parts"
    mkdir -p "$lists/partial" "$parts"
    # shellcheck disable=SC2016 # apt's variables, not the shell's
    mirror=$(apt-get indextargets --format '$(LABEL) $(REPO_URI)' 'Created-By: Packages' |
        sed -n 's/^Debian \([^ ]*\)$/\1/p' | head -n 1)
    find /etc/apt/sources.list.d -maxdepth 1 \( -name '*.list' -o -name '*.sources' \) -exec cp {} "$parts" \;
    printf 'deb %s bookworm-backports main\n' "${mirror:-http://deb.debian.org/debian}" >"$parts/backports.list"
    chmod -R go+rX "$parts"
    for package in qemu-system-x86 qemu-system-common qemu-system-data seabios; do
        wanted+=("$package/bookworm-backports")
    done
    local apt=(apt-get -q -y -o DPkg::Lock::Timeout=300 -o Dir::Etc::SourceParts="$parts" -o Dir::State::Lists="$lists")
    step lab-backports "Reading the package lists of Debian 12 and its backports" as_root "${apt[@]}" update
    say "The lab: Debian 12's QEMU 7.2 has no igb NIC. From bookworm-backports: ${wanted[*]%/*}; with them from Debian 12:"
    say "   $("${apt[@]}" -s install --no-install-recommends "${wanted[@]}" | sed -n '/backports/d; s/^Inst \([^ ]*\).*/\1/p' | paste -sd' ')"
    step lab-qemu "Installing QEMU from bookworm-backports" \
        as_root env DEBIAN_FRONTEND=noninteractive "${apt[@]}" install --no-install-recommends "${wanted[@]}"
}
