#!/bin/sh
# A Chromium for the tests: the system's, else Debian's package, else Playwright's own.
set -eu

for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
# Playwright's own, if it was installed before.
python -c 'from export.proof.browser import chromium_path; import sys; sys.exit(chromium_path() is None)' 2>/dev/null && exit 0

echo "setting up: Chromium for the tests"
reason=$(sh "$(dirname "$0")/apt.sh" chromium fonts-liberation) && exit 0
python -m playwright install --only-shell chromium >/dev/null 2>&1 && exit 0
echo "error: the tests need a Chromium; install one, for instance: apt-get install chromium${reason:+ ($reason)}" >&2
exit 2
