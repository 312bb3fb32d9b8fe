#!/bin/sh
# Find or install Clang with libFuzzer for the long fault tests: the system's, or Debian's packages.
set -eu

compiles() {
    folder=$(mktemp -d)
    echo 'int LLVMFuzzerTestOneInput(const char *data, unsigned long size) { return data == 0 && size; }' > "$folder/nothing.c"
    clang -fsanitize=fuzzer,address,undefined "$folder/nothing.c" -o "$folder/nothing" 2>/dev/null && status=0 || status=1
    rm -rf "$folder"
    return "$status"
}

compiles && exit 0
echo "installing clang with libFuzzer for the tests"
reason=$(sh "$(dirname "$0")/apt.sh" clang libclang-rt-dev libc6-dev) || true
compiles && exit 0
echo "error: the long fault tests need clang with libFuzzer; install it, for example with: apt-get install clang libclang-rt-dev${reason:+ ($reason)}" >&2
exit 2
