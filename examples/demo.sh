#!/bin/sh
# One claim about a small network proved, and one refuted, both with a theorem that the Coq kernel has checked.
#
# The network (tumour.onnx) tells malignant tumours from benign ones by 30 measurements.  It was trained on real data by
# train.py.  usage: examples/demo.sh [FOLDER]   (default: build/demo in the checkout)
set -u
cd "$(dirname "$0")/.." || exit 2
[ ! -x .venv/bin/warrant ] || PATH=$PWD/.venv/bin:$PATH
out=${1:-build/demo}
mkdir -p "$out" || exit 2

run() {
  echo
  echo "\$ warrant $*"
  warrant "$@"
  code=$?
}
expect() {
  if [ "$code" != "$1" ]; then
    echo "demo: exit code $code where $1 was expected" >&2
    exit "$code"
  fi
}

echo "1. A malignant tumour.  Each of its 30 measurements may change by up to 18 %.  Is it ever called benign?"
run prove examples/tumour.onnx examples/within-18-percent.vnnlib --kernel --out "$out/within-18-percent.warrant"
expect 0

echo
echo "2. The same with 20 %."
run prove examples/tumour.onnx examples/within-20-percent.vnnlib --kernel --out "$out/within-20-percent.warrant"
expect 1

echo
echo "3. What was proved in 1, and what it rests on."
run audit "$out/within-18-percent.warrant"
expect 0

echo
echo "The theorem (Theorem.v):"
sed -n '/^Theorem/,/^Qed/p' "$out/within-18-percent.warrant/Theorem.v" | sed 's/^/    /'
echo
echo "The files:"
for folder in "$out"/within-18-percent.warrant "$out"/within-20-percent.warrant; do
  printf "%s\n" "$folder"/* | sed 's/^/    /'
done
echo
echo "Have either checked again:  warrant check $out/within-18-percent.warrant --kernel"
