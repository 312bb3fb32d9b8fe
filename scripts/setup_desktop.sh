#!/bin/sh
# Find or install what `make test-desktop` needs: IBus, GTK, an X server without a screen, and programs
# that press keys. Debian's packages.
set -eu

complete() {
    for name in ibus-daemon dbus-run-session dbus-launch xvfb-run xauth xdotool dpkg-deb; do
        command -v "$name" >/dev/null || return 1
    done
    ls /usr/lib/*/gtk-3.0/3.0.0/immodules/im-ibus.so >/dev/null 2>&1 || return 1
    /usr/bin/python3 -c '
import gi
gi.require_version("Gtk", "3.0")
gi.require_version("IBus", "1.0")
from gi.repository import Gtk, IBus
' >/dev/null 2>&1
}

packages="ibus ibus-gtk3 gir1.2-ibus-1.0 python3-gi gir1.2-gtk-3.0 xdotool xvfb xauth dbus dbus-x11 dpkg"
complete && exit 0
echo "installing IBus and a headless desktop for the tests"
# shellcheck disable=SC2086
reason=$(sh "$(dirname "$0")/apt.sh" $packages) || true
complete && exit 0
echo "error: make test-desktop needs a Debian or Ubuntu desktop with IBus; install it, for example with: apt-get install $packages${reason:+ ($reason)}" >&2
exit 2
