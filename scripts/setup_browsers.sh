#!/bin/sh
# Find or install Firefox and two WebKits for `make test-browsers`: the system's, or Debian's packages.
set -eu

complete() {
    for name in firefox-esr WebKitWebDriver WPEWebDriver cog Xvfb; do
        command -v "$name" >/dev/null || return 1
    done
    ls /usr/lib/*/webkit2gtk-4.1/MiniBrowser >/dev/null 2>&1
}

packages="firefox-esr webkit2gtk-driver libwebkit2gtk-4.1-0 xvfb wpewebkit-driver cog"
complete && exit 0
echo "installing Firefox, WebKitGTK and WPE WebKit for the tests (about two minutes)"
# shellcheck disable=SC2086
reason=$(sh "$(dirname "$0")/apt.sh" $packages) || true
complete && exit 0
echo "error: make test-browsers needs Firefox, WebKitGTK and WPE WebKit; install them, for example with: apt-get install $packages${reason:+ ($reason)}" >&2
exit 2
