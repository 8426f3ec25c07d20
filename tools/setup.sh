#!/usr/bin/env bash
# Makes the checkout ready to run: a virtualenv in .venv, filled from requirements.lock, and the programs that grading
# needs. Does nothing, quickly, when nothing changed. Writes outside the checkout only through apt.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly PYTHON=.venv/bin/python
readonly LOCK_STAMP=.venv/.lock-stamp PROJECT_STAMP=.venv/.project-stamp
readonly OLDEST=3.11
export PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1

say() {
    printf 'setup: %s\n' "$*" >&2
}

# Runs a command as root; fails without a word where neither root nor a password-less sudo is at hand.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    else
        sudo -n true 2>/dev/null && sudo -n "$@"
    fi
}

apt_install() {
    command -v apt-get >/dev/null && as_root true || return 1
    say "installing with apt: $*"
    as_root apt-get update -qq </dev/null >/dev/null || true # older package lists may still do
    as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@" </dev/null >/dev/null
}

# The first Python on PATH that is new enough, as the path of the program itself.
find_python() {
    local candidate
    while IFS= read -r candidate; do
        "$candidate" -c "import sys
if sys.version_info < (${OLDEST/./, }): raise SystemExit(1)
print(sys.executable)" 2>/dev/null && return 0
    done < <(type -aP python3 python3.11 python3.12 python3.13 python3.14 || true; echo /usr/bin/python3)
    return 1
}

can_make_venv() {
    "$1" -c 'import ensurepip, venv' 2>/dev/null
}

# What is not there, one Debian package a line. Only a new virtualenv asks for the package that makes one.
missing_packages() {
    local python=$1
    command -v bwrap >/dev/null || echo bubblewrap
    command -v gcc >/dev/null || echo gcc
    [ -e /usr/include/stdio.h ] || echo libc6-dev
    command -v strace >/dev/null || echo strace
    [ -z "$python" ] || can_make_venv "$python" ||
        "$python" -c 'import sys; print("python{}.{}-venv".format(*sys.version_info))'
}

# Without bwrap, gcc or strace part of the work is still possible, so a line is all that is owed.
install_packages() {
    local packages
    packages=$(missing_packages "$1" | xargs)
    [ -n "$packages" ] || return 0
    # shellcheck disable=SC2086 # one word a package
    apt_install $packages || say "missing, please install as root: apt-get install $packages"
}

# A virtualenv remembers its absolute path, so the place counts as much as the lock.
lock_key() {
    { pwd -P; cat requirements.lock; } | sha256sum
}

project_key() {
    cat pyproject.toml setup.py tools/setup.sh | sha256sum
}

is_current() {
    [ "$(cat "$1" 2>/dev/null)" = "$2" ]
}

# Prints the Python that a new virtualenv is to be made with; nothing when the one in .venv is as it should be.
python_for_new_venv() {
    if is_current "$LOCK_STAMP" "$(lock_key)" && "$PYTHON" -c 'import pip' 2>/dev/null; then
        return 0
    fi
    find_python || { say "no Python >= $OLDEST found, please install as root: apt-get install python3"; return 1; }
}

make_venv() {
    say "making .venv with $1"
    "$1" -m venv --clear .venv
    say "installing the packages of requirements.lock"
    "$PYTHON" -m pip install -qq --require-hashes -r requirements.lock
    lock_key >"$LOCK_STAMP"
}

install_project() {
    "$PYTHON" -m pip install -qq --no-deps --no-build-isolation --editable .
    project_key >"$PROJECT_STAMP"
}

python=$(python_for_new_venv)
install_packages "$python"
if [ -n "$python" ]; then
    can_make_venv "$python" || exit 1 # the line above says what to install
    make_venv "$python"
fi
is_current "$PROJECT_STAMP" "$(project_key)" || install_project
