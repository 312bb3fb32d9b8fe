#!/bin/sh
# Clang with libFuzzer for the long fault tests: the system's, else Debian's packages.
set -eu

compiles() {
    folder=$(mktemp -d)
    echo 'int LLVMFuzzerTestOneInput(const char *data, unsigned long size) { return data == 0 && size; }' > "$folder/nothing.c"
    clang -fsanitize=fuzzer,address,undefined "$folder/nothing.c" -o "$folder/nothing" 2>/dev/null && status=0 || status=1
    rm -rf "$folder"
    return $status
}

compiles && exit 0
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "setting up: clang with libFuzzer for the tests"
    { apt-get update -qq && apt-get install -y -qq --no-install-recommends clang libclang-rt-dev libc6-dev; } >/dev/null 2>&1 || true
    compiles && exit 0
fi
echo "error: the long fault tests need clang with libFuzzer; install it, for instance: apt-get install clang libclang-rt-dev" >&2
exit 2
