#!/bin/sh
# A C compiler with its sanitizers for the tests: the system's, else Debian's package.
set -eu

compiles() {
    folder=$(mktemp -d)
    echo 'int main(void) { return 0; }' > "$folder/nothing.c"
    gcc -std=c11 -fsanitize=address,undefined "$folder/nothing.c" -o "$folder/nothing" 2>/dev/null && status=0 || status=1
    rm -rf "$folder"
    return $status
}

compiles && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "setting up: a C compiler for the tests"
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends gcc libc6-dev; } >/dev/null 2>&1 || true
    compiles && exit 0
fi
echo "error: the tests need gcc with its sanitizers; install it, for instance: apt-get install gcc libc6-dev" >&2
exit 2
