#!/bin/sh
# Find or install a C compiler with sanitizers for the tests: the system's, or Debian's package.
set -eu

compiles() {
    folder=$(mktemp -d)
    echo 'int main(void) { return 0; }' > "$folder/nothing.c"
    gcc -std=c11 -fsanitize=address,undefined "$folder/nothing.c" -o "$folder/nothing" 2>/dev/null && status=0 || status=1
    rm -rf "$folder"
    return "$status"
}

compiles && exit 0
echo "installing a C compiler for the tests"
reason=$(sh "$(dirname "$0")/apt.sh" gcc libc6-dev) || true
compiles && exit 0
echo "error: the tests need gcc with its sanitizers; install it, for example with: apt-get install gcc libc6-dev${reason:+ ($reason)}" >&2
exit 2
