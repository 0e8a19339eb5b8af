#!/bin/sh
# install_tool.sh v1: set up all that the other two scripts need: Python packages, the Coq library, the native checker.
set -eu
[ "${1:-}" = v1 ] || { echo "install_tool.sh: expected the version v1, found '${1:-}'" >&2; exit 2; }
cd "$(dirname "$0")/.."
exec make venv theories checker
