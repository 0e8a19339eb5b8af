#!/bin/sh
# tools/try-prefix.sh PREFIX VERSION: does the installation of Coq that prefix.sh made work here?
set -eu
P=$1
. "$P/env.sh"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"

[ "$(coqc --print-version | cut -d ' ' -f 1)" = "$2" ]

# Coq, its virtual machine and the libraries
cat >try.v <<'COQ'
From Coq Require Import PString Floats Uint63 Reals.
From Flocq Require Import IEEE754.PrimFloat.
From Coquelicot Require Import Hierarchy.
From mathcomp Require ssreflect.ssrbool algebra.ssralg analysis.probability.
From Interval Require Import Tactic.
Goal PrimFloat.ltb 1 2 = true. Proof. vm_cast_no_check (eq_refl true). Qed.
Goal (3 <= PI <= 4)%R. Proof. interval. Qed.
COQ
coqc -q -w none try.v

# the OCaml compiler, with the kernel's modules for machine numbers, linked statically as the native checker is
echo 'let () = print_string (Float64.to_string (Float64.of_float 1.))' >one.ml
ocamlfind ocamlopt -w -a -linkpkg -package coq-core.kernel one.ml -ccopt -static -o one
[ "$(./one)" = 1 ]
