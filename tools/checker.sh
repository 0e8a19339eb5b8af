#!/bin/sh
# Make build/warrant-check: extract the checker from Coq to OCaml, compile it with the glue in checker/, link it statically.
# From the same extraction come build/warrant-program, which the search of gradients uses, and build/warrant-evaluate, which only tests use.
#
# A static program does not depend on the C library of the machine that runs it, so the same file goes into the wheel.
set -eu
cd "$(dirname "$0")/.."
. tools/common.sh
lock build/checker.lock "the native checker"
[ -e checker/Extract.v ] && [ -e checker/main.ml ] || die "checker/Extract.v and checker/main.ml are not there"

# Up to date?  Then nothing is newer than it, neither the library, nor the glue, nor the Coq in use (build/coq).
if [ -e build/warrant-check ]; then
  newer=$(find theories checker build/coq tools/checker.sh \( -name '*.vo' -o -path 'checker/*' -o -name coq -o -name '*.sh' \) \
    -type f -newer build/warrant-check | head -n 1)
  [ -n "$newer" ] || exit 0
fi

say "compiling the native checker"
rm -rf build/checker
mkdir -p build/checker
: >build/checker/begun # what changes from now on is newer than the checker
cp checker/*.v checker/*.ml build/checker/
cd build/checker
coqc -q -Q ../../theories Warrant Extract.v
kernel=coq-core.kernel # the OCaml modules of Coq's primitive types; Rocq 9 calls the package by another name
ocamlfind query rocq-runtime.kernel >/dev/null 2>&1 && kernel=rocq-runtime.kernel
ocaml() { ocamlfind ocamlopt -w -a -O3 -inline 200 -package "$kernel" "$@"; }
ocaml -c warrant_checker.mli warrant_checker.ml
# program NAME SOURCE: build/NAME, from the extracted checker and the glue SOURCE
program() {
  ocaml -linkpkg -ccopt "-static -s" warrant_checker.cmx "$2" -o "$1" >log 2>&1 || {
    cat log >&2
    say "$1 could not be linked statically (apt install libc6-dev libgmp-dev): this one runs on this machine only"
    ocaml -linkpkg warrant_checker.cmx "$2" -o "$1"
  }
  touch -r begun "$1"
  mv "$1" "../$1"
}
program warrant-evaluate evaluate.ml
program warrant-program program.ml
program warrant-check main.ml # moved last, so that an old checker is never half overwritten
