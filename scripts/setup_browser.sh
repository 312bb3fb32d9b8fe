#!/bin/sh
# Find or install a Chromium for the tests: the system's, Debian's package, or Playwright's.
set -eu

for name in chromium chromium-browser google-chrome; do
    command -v "$name" >/dev/null && exit 0
done
# Playwright's Chromium, if it is already installed.
python -c 'from export.proof.browser import chromium_path; import sys; sys.exit(chromium_path() is None)' 2>/dev/null && exit 0

echo "installing Chromium for the tests"
reason=$(sh "$(dirname "$0")/apt.sh" chromium fonts-liberation) && exit 0
python -m playwright install --only-shell chromium >/dev/null 2>&1 && exit 0
echo "error: the tests need Chromium; install it, for example with: apt-get install chromium${reason:+ ($reason)}" >&2
exit 2
