#!/bin/sh
# run_instance.sh v1 CATEGORY ONNX VNNLIB RESULTS_FILE TIMEOUT: decide the instance, and write the results file.
# Every proof and every counterexample has been accepted by the native checker.
set -eu
[ "${1:-}" = v1 ] || { echo "run_instance.sh: expected the version v1, found '${1:-}'" >&2; exit 2; }
[ $# -eq 6 ] || { echo "usage: run_instance.sh v1 CATEGORY ONNX VNNLIB RESULTS_FILE TIMEOUT" >&2; exit 2; }
root=$(cd "$(dirname "$0")/.." && pwd)
shift
rm -f "$4" # what stands there, if anything, is of another run
exec "$root/.venv/bin/python" -m warrant.bench "$@"
