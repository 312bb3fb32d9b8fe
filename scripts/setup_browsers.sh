#!/bin/sh
# Firefox and two WebKits for `make test-browsers`: the system's, else Debian's packages.
set -eu

complete() {
    for name in firefox-esr WebKitWebDriver WPEWebDriver cog Xvfb; do
        command -v "$name" >/dev/null || return 1
    done
    ls /usr/lib/*/webkit2gtk-4.1/MiniBrowser >/dev/null 2>&1
}

packages="firefox-esr webkit2gtk-driver libwebkit2gtk-4.1-0 xvfb wpewebkit-driver cog"
install() {
    apt-get update -qq -o DPkg::Lock::Timeout=300 \
        && apt-get install -y -qq --no-install-recommends -o DPkg::Lock::Timeout=300 $packages
}

complete && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "setting up: Firefox, WebKitGTK and WPE WebKit for the tests (about two minutes)"
    said=$(DEBIAN_FRONTEND=noninteractive install 2>&1) || echo "$said" | tail -n 1 >&2
    complete && exit 0
fi
echo "error: make test-browsers needs Firefox, WebKitGTK and WPE WebKit; install them, for instance: apt-get install $packages" >&2
exit 2
