#!/bin/sh
# Install Debian packages: sh scripts/apt.sh PACKAGE...
# Waits up to five minutes for another process that holds apt's locks, and says so. On failure, prints
# apt's error on standard output and exits with status 1; prints nothing without root or apt-get.
set -eu

[ "$(id -u)" = 0 ] || exit 1
command -v apt-get >/dev/null || exit 1
export DEBIAN_FRONTEND=noninteractive LC_ALL=C

# DPkg::Lock::Timeout covers only dpkg's locks, not those on apt's lists and archives.
locked() {
    echo "$output" | grep -q -e 'Could not get lock' -e 'locked by another process'
}

error_line() {
    echo "$output" | grep '^E: ' | head -n 1 | grep . || echo "$output" | tail -n 1
}

run_apt() {
    tries=100
    until output=$(apt-get -qq "$@" 2>&1 </dev/null); do
        if ! locked || [ $tries -eq 0 ]; then
            error_line
            exit 1
        fi
        [ $tries -lt 100 ] || echo "waiting for another program to finish installing packages: $(error_line)" >&2
        tries=$((tries - 1))
        sleep 3
    done
}

run_apt update
run_apt install -y --no-install-recommends "$@"
