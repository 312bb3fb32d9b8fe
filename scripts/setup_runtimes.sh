#!/bin/sh
# An environment for each older runtime of `make test-runtimes`, in cache/runtimes.
set -eu

# tflite-runtime has no wheels for Python 3.12 and later.
usable() {
    command -v "$1" >/dev/null && "$1" -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null
}

python=
for candidate in python3.11 python3 python; do
    if usable "$candidate"; then
        python=$candidate
        break
    fi
done

for requirements in tests/runtimes/requirements/*.txt; do
    name=${requirements##*/}
    name=${name%.txt}
    environment=cache/runtimes/$name
    # The copy is written last: without it, an earlier installation was interrupted.
    cmp -s "$requirements" "$environment/requirements.txt" && continue
    if [ -z "$python" ]; then
        echo "error: make test-runtimes needs Python 3.11, because tflite-runtime has no wheels for newer versions; install python3.11 and its venv module" >&2
        exit 2
    fi
    echo "setting up: $name"
    rm -rf "$environment"
    mkdir -p cache/runtimes
    if ! "$python" -m venv "$environment" >/dev/null || ! "$environment/bin/python" -m pip install --quiet \
        --disable-pip-version-check --require-hashes --only-binary :all: -r "$requirements"; then
        echo "error: $name could not be installed; see above, then run the same command again" >&2
        exit 2
    fi
    cp "$requirements" "$environment/requirements.txt"
done
