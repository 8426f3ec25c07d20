#!/usr/bin/env bash
# Writes requirements.lock anew: every dependency, development tool and the build backend, each pinned with its hashes,
# for every Python that pyproject.toml admits. The lock names no package index: pip's own configuration decides.
set -euo pipefail
cd "$(dirname "$0")/.."

readonly UV_VERSION=0.13.9
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

.venv/bin/python -m venv "$work/venv"
"$work/venv/bin/python" -m pip install -qq --no-cache-dir "uv==$UV_VERSION"

"$work/venv/bin/python" - >"$work/build.in" <<'PYTHON'
import tomllib
with open("pyproject.toml", "rb") as project:
    print(*tomllib.load(project)["build-system"]["requires"], sep="\n")
PYTHON

"$work/venv/bin/uv" pip compile --quiet --no-config --no-cache --universal --all-extras --generate-hashes --no-annotate \
    --custom-compile-command "make lock" "$@" pyproject.toml "$work/build.in" --output-file requirements.lock
echo "lock: requirements.lock pins $(grep -c == requirements.lock) packages"
