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
    { as_root apt-get update -qq && as_root env DEBIAN_FRONTEND=noninteractive \
        apt-get install -y -qq --no-install-recommends "$@"; } </dev/null >/dev/null
}

missing_packages() {
    command -v bwrap >/dev/null || echo bubblewrap
    command -v gcc >/dev/null || echo gcc
    [ -e /usr/include/stdio.h ] || echo libc6-dev
    command -v strace >/dev/null || echo strace
}

# Programs that grading uses. Without them part of the work is still possible, so a line is all that is owed.
install_programs() {
    local packages
    packages=$(missing_packages | xargs)
    [ -n "$packages" ] || return 0
    # shellcheck disable=SC2086 # one word a package
    apt_install $packages || say "missing, please install as root: apt-get install $packages"
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

make_venv() {
    local python venv_package
    python=$(find_python) || { say "no Python >= $OLDEST found, please install as root: apt-get install python3"; exit 1; }
    if ! "$python" -c 'import ensurepip, venv' 2>/dev/null; then
        venv_package=$("$python" -c 'import sys; print("python{}.{}-venv".format(*sys.version_info))')
        apt_install "$venv_package" ||
            { say "$python cannot make a virtualenv, please install as root: apt-get install $venv_package"; exit 1; }
    fi
    say "making .venv with $python"
    "$python" -m venv --clear .venv
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

install_environment() {
    local lock project
    lock=$(lock_key) project=$(project_key)
    if ! is_current "$LOCK_STAMP" "$lock" || ! "$PYTHON" -c 'import pip' 2>/dev/null; then
        make_venv
        say "installing the packages of requirements.lock"
        "$PYTHON" -m pip install -qq --require-hashes -r requirements.lock
        echo "$lock" >"$LOCK_STAMP"
    fi
    if ! is_current "$PROJECT_STAMP" "$project"; then
        "$PYTHON" -m pip install -qq --no-deps --no-build-isolation --editable .
        echo "$project" >"$PROJECT_STAMP"
    fi
}

install_programs
install_environment
