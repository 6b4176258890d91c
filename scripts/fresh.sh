#!/usr/bin/env bash
# Sets up, tries and tests a clone of the last commit on a bare machine, then once more without a network.
# As root with debootstrap: a minimal Debian root with python3, python3-venv and make. Otherwise an empty home and an
# empty environment on this machine. The package mirror is this machine's own, or FRESH_MIRROR.
set -euo pipefail
cd "$(dirname "$0")/.."

SUITE=${FRESH_SUITE:-bookworm}
# What a new machine tries after setting up. Tests that need further Debian packages are not among it.
TRIAL=${FRESH_TRIAL:-'make setup && .venv/bin/prongsai demo --no-serve && make test PYTEST="src/prongsai/kernel src/prongsai/foundation/tenancy"'}

work=$(mktemp -d /var/tmp/prongsai-fresh.XXXXXX)
bare=
finish() {
    # Whatever still runs inside the new root (the database server of an aborted trial) goes with it.
    if [ -n "$bare" ]; then
        for process in /proc/[0-9]*; do
            if [ "$(readlink "$process/root" 2>/dev/null)" = "$work/root" ]; then kill -9 "${process#/proc/}" 2>/dev/null || true; fi
        done
        umount -l "$work/root/proc" "$work/root/dev" 2>/dev/null || true
    fi
    rm -rf --one-file-system "$work"
}
trap finish EXIT

section() { printf '\n===== %s (%s)\n' "$1" "$(date +%T)"; }

clone() {
    git clone -q --no-hardlinks . "$1"
    git -C "$1" log -1 --format='testing commit %h: %s'
}

mirror() {
    cat /etc/apt/sources.list /etc/apt/sources.list.d/*.sources /etc/apt/sources.list.d/*.list 2>/dev/null |
        grep -v '^#' | grep -oE 'https?://[^ ]+/debian/?( |$)' | head -1 | tr -d ' '
}

# Settings of the package clients (mirrors, certificates) belong to the machine's network, so the bare one gets them too.
settings=()
while IFS='=' read -r name value; do
    case $name in
        *_proxy | *_PROXY | PIP_* | UV_* | SSL_CERT_*) settings+=("$name=$value") ;;
    esac
done < <(env)

bare_debian() {
    bare=$work/root
    section "a bare Debian ($SUITE)"
    debootstrap --variant=minbase --include=python3,python3-venv,make,ca-certificates "$SUITE" "$bare" \
        "${FRESH_MIRROR:-$(mirror)}" >"$work/debootstrap.log" || { tail -20 "$work/debootstrap.log"; exit 1; }
    mount -t proc proc "$bare/proc"
    mount --rbind /dev "$bare/dev" && mount --make-rslave "$bare/dev"
    for file in /etc/resolv.conf /etc/hosts /etc/pip.conf /etc/ssl/certs/ca-certificates.crt; do
        if [ -e "$file" ]; then cp -L "$file" "$bare$file"; fi
    done
    clone "$bare/srv/prongsai"
}

in_bare_debian() {
    "$@" chroot "$bare" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LANG=C.UTF-8 "${settings[@]}" \
        sh -ec "cd /srv/prongsai && $TRIAL"
}

on_this_machine() {
    "$@" env -i HOME="$work/home" PATH=/usr/local/bin:/usr/bin:/bin LANG=C.UTF-8 "${settings[@]}" \
        sh -ec "cd '$work/clone' && $TRIAL"
}

if [ "$(id -u)" -eq 0 ] && command -v debootstrap >/dev/null; then
    bare_debian
    trial=in_bare_debian
else
    section "an empty home on this machine (as root with debootstrap it would be a bare Debian)"
    mkdir "$work/home"
    clone "$work/clone"
    trial=on_this_machine
fi

section "the first time"
$trial

section "again, without a network"
if unshare -n true 2>/dev/null; then
    $trial unshare -n
elif unshare -rn true 2>/dev/null; then
    $trial unshare -rn
else
    echo "fresh: this machine does not let us turn the network off; not tried" >&2
    exit 1
fi

section "fresh: passed"
