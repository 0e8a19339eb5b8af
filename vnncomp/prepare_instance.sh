#!/bin/sh
# prepare_instance.sh v1 CATEGORY ONNX VNNLIB: exit code 0 if the instance can be run; nothing is computed beforehand.
set -eu
[ "${1:-}" = v1 ] || { echo "prepare_instance.sh: expected the version v1, found '${1:-}'" >&2; exit 2; }
[ $# -eq 4 ] || { echo "usage: prepare_instance.sh v1 CATEGORY ONNX VNNLIB" >&2; exit 2; }
root=$(cd "$(dirname "$0")/.." && pwd)

for file in "$3" "$4"; do
  [ -r "$file" ] || [ -r "$file.gz" ] || { echo "prepare_instance.sh: $file cannot be read" >&2; exit 1; }
done
for program in "$root/.venv/bin/python" "${WARRANT_CHECKER:-$root/build/warrant-check}"; do
  [ -x "$program" ] || { echo "prepare_instance.sh: $program is missing; run install_tool.sh v1 first" >&2; exit 1; }
done
# read the programs' files once, so that the run need not wait for the disk
"$root/.venv/bin/python" -c 'import warrant.models, warrant.properties, warrant.search, onnxruntime'
