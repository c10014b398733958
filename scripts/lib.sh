# shellcheck shell=bash
# SPDX-License-Identifier: BSD-3-Clause
# What the commands of this repository share: output, finding a JDK, Debian packages, the build.
# To be sourced by a script that has set -euo pipefail and `root` (the repository's folder).

: "${root:?}"
logs=$root/target/log

say() { printf '%s\n' "$*"; }

warn() { printf '%s\n' "$*" >&2; }

die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# The calling script, as one calls it from the repository's folder.
own_name() {
    local path
    path=$(cd "$(dirname "$0")" && pwd)/${0##*/}
    printf '%s' "${path#"$root"/}"
}

# Refuses the arguments of the calling script.
usage() {
    warn "$(own_name): $1 (--help shows how to call it)"
    exit 2
}

# Refuses to run beside another of the same script in the same folder, as long as `lock` is open.
one_at_a_time() {
    local name
    name=$(own_name)
    mkdir -p "$logs"
    exec {lock}>"$root/target/${name//\//-}.lock"
    flock -n "$lock" || die "another $name is running in this folder"
}

# Prints the comment block at the top of the calling script, from its second line on, as its help.
print_help() { sed -n '3,/^[^#]/s/^# \{0,1\}//p' "$0"; }

# step NAME TITLE COMMAND...: runs a command or function in a subshell with its output in
# target/log/NAME.log, showing the title and the seconds it took; on failure the log's tail.
step() {
    local log=$logs/$1.log title=$2 began=$SECONDS dots status=0
    shift 2
    mkdir -p "$logs"
    printf '%s ..' "$title"
    show_dots &
    dots=$!
    # Not "|| status=$?": that would switch -e off in the command as well.
    set +e
    (
        set -e
        "$@"
    ) >"$log" 2>&1 </dev/null
    status=$?
    set -e
    end_process "$dots"
    if ((status != 0)); then
        printf ' failed after %d s\n' $((SECONDS - began))
        tail -n "${STEP_TAIL:-30}" "$log" | sed 's/^/    /' >&2
        die "$title: failed (exit code $status); all of its output: ${log#"$root"/}"
    fi
    printf ' %d s\n' $((SECONDS - began))
}

# end_process PID: ends a child of ours, if it still runs: asks it to, and waits for ten seconds at most.
# With a minus before it, all of the child's process group.
end_process() {
    local tries=0
    kill -- "$1" 2>/dev/null || return 0
    while kill -0 -- "$1" 2>/dev/null; do
        ((++tries <= 100)) || { kill -KILL -- "$1" 2>/dev/null || true; break; }
        sleep 0.1
    done
    wait "${1#-}" 2>/dev/null || true
}

# One dot every five seconds. A timed read, not sleep, so that no child outlives us.
show_dots() {
    local never
    exec {never}<> <(:)
    while kill -0 $$ 2>/dev/null; do
        read -rt 5 -u "$never" || true
        printf .
    done
}

# --- JDK -------------------------------------------------------------------------------------

jdk_version() { # of the JDK in folder $1: 25, 26, ...; nothing where there is none
    [[ -x $1/bin/javac && -x $1/bin/jlink && -r $1/release ]] || return 0
    sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

# Sets and exports JAVA_HOME: the JDK 25 (else the next newer one) of JAVA_HOME, PATH, /usr/lib/jvm.
find_jdk() {
    local candidate found version javac best=0
    local candidates=("${JAVA_HOME:-}")
    javac=$(command -v javac || true)
    [[ -z $javac ]] || candidates+=("$(dirname "$(dirname "$(readlink -f "$javac")")")")
    candidates+=(/usr/lib/jvm/*)
    for candidate in "${candidates[@]}"; do
        [[ -n $candidate ]] || continue
        version=$(jdk_version "$candidate")
        if ((${version:-0} >= 25 && (best == 0 || version < best))); then
            best=$version
            found=$candidate
        fi
    done
    ((best > 0)) ||
        die "no JDK 25 found (looked at JAVA_HOME, PATH and /usr/lib/jvm): install one, for example" \
            "Temurin 25, and set JAVA_HOME to its folder"
    JAVA_HOME=$found
    export JAVA_HOME
}

# --- packages --------------------------------------------------------------------------------

# Runs a command as root: as it is, or through sudo. Returns 127 where there is no way.
as_root() {
    if ((EUID == 0)); then
        "$@"
    elif can_be_root; then
        sudo "$@"
    else
        return 127
    fi
}

can_be_root() {
    # sudo asks for a password on the terminal, wherever its input comes from.
    ((EUID == 0)) || { command -v sudo >/dev/null && { sudo -n true 2>/dev/null || { : </dev/tty; } 2>/dev/null; }; }
}

has_apt() { command -v apt-get >/dev/null && command -v dpkg-query >/dev/null; }

installed() { [[ $(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null) == installed ]]; }

known_to_apt() { [[ -n $(apt-cache show --no-all-versions "$1" 2>/dev/null) ]]; }

missing_packages() { # of those named, one a line
    local package
    for package in "$@"; do
        installed "$package" || printf '%s\n' "$package"
    done
}

update_package_lists() {
    can_be_root || return 127
    step apt-update "Reading the package lists (apt-get update)" as_root apt-get update -q
}

# need_packages PURPOSE PACKAGE...: installs those that are missing, after saying which.
# Returns 1, with a sentence that says what would be needed, where it can't.
need_packages() {
    local purpose=$1 missing package
    shift
    (($# > 0)) || return 0
    if ! has_apt; then
        warn "$purpose: this system has no apt to install what Debian calls: $*"
        return 1
    fi
    mapfile -t missing < <(missing_packages "$@")
    ((${#missing[@]} > 0)) || return 0
    if ! can_be_root; then
        warn "$purpose: packages are missing, and this is neither root nor a user of sudo." \
            "As root: apt-get install --no-install-recommends ${missing[*]}"
        return 1
    fi
    for package in "${missing[@]}"; do
        known_to_apt "$package" && continue
        update_package_lists
        break
    done
    say "$purpose: installing these packages by apt-get: ${missing[*]}"
    # Here, and not where only a log would see what sudo asks.
    as_root true || exit 1
    step apt-install "Installing ${#missing[@]} packages and what they depend on" apt_install "${missing[@]}"
}

apt_install() {
    local apt=(env DEBIAN_FRONTEND=noninteractive apt-get -q -y -o DPkg::Lock::Timeout=300)
    # Nobody said that anything would go, and some of these have rivals (busybox-static has busybox).
    apt+=(--no-remove)
    # Lists that are older than the archive name files which are gone: read them anew, once.
    as_root "${apt[@]}" install --no-install-recommends "$@" ||
        { as_root "${apt[@]}" update && as_root "${apt[@]}" install --no-install-recommends "$@"; }
}

# --- DPDK ------------------------------------------------------------------------------------

# The virtual and mbuf-pool drivers that the examples and tests use; those of NICs come with `dpdk`.
dpdk_drivers=(mempool-ring bus-vdev bus-pci net-null net-ring net-memif net-tap net-pcap net-af-packet)

# The loader's entries for a soname that matches basic regular expression $1: "SONAME PATH".
known_to_loader() {
    PATH=$PATH:/sbin:/usr/sbin ldconfig -p | sed -n "s/^[[:space:]]*\($1\) (.*x86-64.*) => /\1 /p"
}

library_path() { known_to_loader "$1" | sed -n '1s/^[^ ]* //p'; }

# Newest ABI (23 is DPDK 22.11, 24 23.11, 25 24.11, 26 25.11) of the libraries that the loader knows.
dpdk_abi_installed() {
    known_to_loader 'librte_ethdev\.so\.2[3-6]' | sed 's/ .*//; s/.*\.//' | sort -rn | head -n 1
}

# Newest supported ABI in the distribution's packages; nothing where apt has none or no lists yet.
dpdk_abi_offered() {
    apt-cache search --names-only '^librte-eal2[3-6]$' 2>/dev/null |
        sed -n 's/^librte-eal\([0-9]*\) .*/\1/p' | sort -rn | head -n 1
}

# find_dpdk_abi: the ABI that is installed, else the one that apt offers, in the variable dpdk_abi.
find_dpdk_abi() {
    dpdk_abi=$(dpdk_abi_installed)
    [[ -z $dpdk_abi ]] || return 0
    has_apt || die "DPDK 22.11, 23.11, 24.11 or 25.11 is not installed (no librte_ethdev.so.23 to .26), and this" \
        "system has no apt: install DPDK by its own means"
    dpdk_abi=$(dpdk_abi_offered)
    [[ -n $dpdk_abi ]] || { can_be_root && update_package_lists && dpdk_abi=$(dpdk_abi_offered); } || true
    [[ -n $dpdk_abi ]] || die "DPDK is not installed, and apt knows none that is supported (22.11, 23.11, 24.11, 25.11);" \
        "its lists are read anew by (as root): apt-get update"
}

# Libraries that only some programs load: those of the routing table.
dpdk_further=(lpm)

# dpdk_packages ABI: the packages of DPDK's runtime, one a line. Debian parts a name that ends in a digit
# from the ABI's number.
dpdk_packages() {
    printf "librte-%s$1\n" "${dpdk_drivers[@]}" "${dpdk_further[@]}" | sed "s/\([0-9]\)$1\$/\1-$1/"
}

# test_packages ABI: what the tests need besides the runtime and Maven: testpmd, vhost and virtio as the
# other side; headers and a compiler to compare the layouts with; readers of captures; the kernel's side; fonts
# for the report's plots.
test_packages() {
    printf '%s\n' "librte-net-vhost$1" "librte-net-virtio$1" dpdk-dev libdpdk-dev gcc libc6-dev pkgconf \
        tcpdump tshark iproute2 iputils-ping ethtool python3 mount procps busybox-static fontconfig fonts-dejavu-core
}

# need_dpdk: makes sure of DPDK's runtime. A DPDK that was not installed by packages needs none.
need_dpdk() {
    local packages
    find_dpdk_abi
    if has_apt && { [[ -z $(dpdk_abi_installed) ]] || installed "librte-eal$dpdk_abi"; }; then
        mapfile -t packages < <(dpdk_packages "$dpdk_abi")
        need_packages "DPDK's runtime" "${packages[@]}" || exit 1
    fi
}

# --- examples --------------------------------------------------------------------------------

# The classes of the examples, one a line: Skeleton, L2fwd, ... Each is called by its name in lower case.
example_classes() {
    grep -l 'static void main(' "$root"/examples/src/main/java/org/dpdk4j/examples/*.java |
        sed 's|.*/||; s|\.java$||'
}

# The jar that the build left (the newest) for program module $1; those that it needs are in lib/ beside it.
jar_of() {
    find "$root/$1/target" -maxdepth 1 -name "dpdk4j-$1-*.jar" ! -name '*-sources.jar' ! -name '*-javadoc.jar' \
        ! -name '*-tests.jar' -printf '%T@ %p\n' 2>/dev/null | sort -n | sed -n '$s/^[^ ]* //p'
}

examples_module_path() { printf '%s:%s\n' "$(jar_of examples)" "$root/examples/target/lib"; }

# Java's options for the examples with module path $1, one a line. The collector is named because
# Java would choose another one in a smaller container.
example_java_options() {
    printf '%s\n' -XX:+UseSerialGC --enable-native-access=org.dpdk4j.bindings --module-path "$1"
}

# Java's options for this CPU, one a line, for whatever moves packets. With AVX-512 HotSpot leaves the upper
# halves of vector registers in use, and the SSE instructions with which DPDK copies then wait for them.
cpu_java_options() { ! grep -qm1 '^flags.* avx512f ' /proc/cpuinfo || echo -XX:UseAVX=2; }

# --- containers ------------------------------------------------------------------------------

# gather_libraries TREE: what the programs and libraries in it need, as ldd names it on this system.
gather_libraries() {
    local file needed
    needed=$(find "$1" -type f \( -name '*.so*' -o -perm -100 \) -exec sh -c 'ldd "$@" 2>/dev/null || true' sh {} + |
        sed -n 's/^[[:space:]]\(.* => \)\{0,1\}\(\/[^ ]*\) (0x.*/\2/p' | sort -u)
    for file in $needed; do
        if [[ $file != "$1"/* && ! -e $1$file ]]; then
            mkdir -p "$1$(dirname "$file")"
            cp -L "$file" "$1$file"
        fi
    done
    # Not linked against: the C library loads it when a thread is cancelled.
    file=$(library_path 'libgcc_s\.so\.1')
    mkdir -p "$1$(dirname "$file")"
    cp -L "$file" "$1$file"
}

# Java's options for the programs of module docker, one a line; with module path $1, if they are not part of
# the runtime.
docker_java_options() {
    printf '%s\n' -XX:+UseSerialGC -Dorg.slf4j.simpleLogger.defaultLogLevel=warn \
        -Dorg.slf4j.simpleLogger.showThreadName=false -Dorg.slf4j.simpleLogger.showLogName=false \
        --enable-native-access=org.dpdk4j.sriov,org.xerial.sqlitejdbc
    [[ -z ${1:-} ]] || printf '%s\n' --module-path "$1"
}

# Those of a command that is over in a moment, and those of the daemon: small, as it has little to do, for years.
# Of a cache, Java 25 also takes machine code, for the processor that made it, and dies by SIGILL on one that
# has fewer instructions.
docker_command_options() {
    printf '%s\n' -XX:TieredStopAtLevel=1 -XX:-UsePerfData \
        -XX:+UnlockDiagnosticVMOptions -XX:-AOTAdapterCaching -XX:-AOTStubCaching
}

docker_daemon_options() {
    printf '%s\n' -Xmx64m -XX:MaxMetaspaceSize=96m -Dorg.slf4j.simpleLogger.defaultLogLevel=info \
        -Dorg.slf4j.simpleLogger.log.org.eclipse.jetty=error
}

# --- build -----------------------------------------------------------------------------------

need_maven() {
    command -v mvn >/dev/null || need_packages "The build" maven ||
        die "Maven 3.6.3 or newer is needed on PATH as mvn"
}

# Maven on the JDK that find_jdk found; the options let Maven's own libraries use what they use on
# an older Java, without a warning each.
maven() {
    PATH=$JAVA_HOME/bin:$PATH \
        MAVEN_OPTS="--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow ${MAVEN_OPTS:-}" \
        mvn -B -ntp "$@"
}

# Compiles and packages without tests, unless nothing changed since that was last done.
build_jars() {
    ! up_to_date "$root/target/build.stamp" || return 0
    need_maven
    mark_build step build "Building the jars with Maven" in_root maven package \
        -Dmaven.test.skip=true -Dmaven.javadoc.skip=true -Dmaven.source.skip=true
}

# The same with the tests' classes, for whoever runs them without Maven.
build_tests() {
    ! up_to_date "$root/target/tests.stamp" || return 0
    need_maven
    mark_build step build-tests "Building the jars and the tests with Maven" in_root maven package \
        -DskipTests -Dmaven.javadoc.skip=true -Dmaven.source.skip=true
    mark_tests
}

# To be called after a build, by mark_build, that made the tests' classes too.
mark_tests() { cp -p "$root/target/build.stamp" "$root/target/tests.stamp"; }

# mark_build COMMAND...: runs a command that builds the jars, and notes as of when they are up to date.
mark_build() {
    local stamp=$root/target/build.stamp
    mkdir -p "$root/target"
    touch "$stamp.next"
    "$@" || return
    mv "$stamp.next" "$stamp"
}

# up_to_date STAMP: whether nothing changed since then, and what was built is still there.
up_to_date() {
    local module
    [[ -e $1 && -z $(newer_sources "$1") ]] || return 1
    for module in sriov docker examples benchmarks; do
        [[ -n $(jar_of "$module") ]] || return 1
    done
}

newer_sources() { # one path that is newer than file $1
    find "$root"/pom.xml "$root"/*/pom.xml "$root"/*/src -newer "$1" -print -quit
}

in_root() { cd "$root" && "$@"; }
