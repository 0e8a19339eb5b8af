#!/bin/sh
# The Coq toolchain: Coq >= 8.20 with Flocq, Interval, MathComp (algebra) and MathComp-Analysis, and the OCaml compiler that goes with it.
#
#   tools/toolchain.sh make       find it, or make it if it is not there
#   tools/toolchain.sh env        print `export` lines that put it into a shell's environment; fail if it is not there
#   tools/toolchain.sh run CMD…   run a command in that environment
#
# It is taken from PATH if all of it is there (opam makes it so, see coq-warrant.opam).  Else, on a Debian-family machine,
# it is a private prefix in the user's cache folder, made once by tools/prefix.sh from packages of Debian 13; nothing of the
# system is changed and no root is needed.
set -eu
tools=$(cd "$(dirname "$0")" && pwd)
. "$tools/common.sh"

COQ_VERSION=8.20.1
# The folder's name pins what is in it: raise the last number whenever prefix.sh changes what it makes.
PREFIX=${XDG_CACHE_HOME:-${HOME:-/nonexistent}/.cache}/warrant/coq-$COQ_VERSION-debian13-1

# Is all that is needed on PATH?  If Coq is there but something is missing, $lacking says what.
lacking=
on_path() {
  command -v coqc >/dev/null || return 1
  version=$(coqc --print-version 2>/dev/null | cut -d ' ' -f 1)
  at_least "${version:-0}" 8.20 || { lacking="Coq 8.20 or newer (it is ${version:-broken})"; return 1; }
  for program in coqchk coqdep coq_makefile ocamlfind ocamlopt; do
    command -v $program >/dev/null || { lacking=$program; return 1; }
  done
  try=$(mktemp -d)
  printf 'From %s Require %s.\n' Flocq IEEE754.PrimFloat Interval Float.Primitive_ops mathcomp algebra.matrix mathcomp analysis.probability mathcomp reals_stdlib.Rstruct >"$try/try.v"
  (cd "$try" && coqc -q -w none try.v) >/dev/null 2>&1 || lacking="the libraries Flocq, Interval, MathComp (algebra) and MathComp-Analysis"
  rm -rf "$try"
  [ -z "$lacking" ]
}

# prefix.sh writes the file `complete` last, so a prefix without it is a half-made one.
in_prefix() { [ -e "$PREFIX/complete" ]; }

print_env() {
  if [ -n "${WARRANT_TOOLCHAIN:-}" ]; then return 0; fi # this is such an environment already
  if on_path; then
    echo "export WARRANT_TOOLCHAIN=path"
  elif in_prefix; then
    cat "$PREFIX/env.sh"
    echo "export WARRANT_TOOLCHAIN='$PREFIX'"
  else
    return 1
  fi
}

make_it() {
  if [ -n "${WARRANT_TOOLCHAIN:-}" ] || on_path || in_prefix; then return 0; fi
  [ -z "$lacking" ] || say "the Coq on PATH is not used, for it lacks: $lacking"
  lock "$PREFIX.lock" "the Coq toolchain"
  if in_prefix; then return 0; fi # made while we waited
  "$tools/prefix.sh" "$PREFIX" "$COQ_VERSION"
}

case ${1:-} in
make) make_it ;;
env) print_env || die "the Coq toolchain is not there; make it with: make toolchain" ;;
run)
  shift
  exports=$(print_env) || die "the Coq toolchain is not there; make it with: make toolchain"
  eval "$exports"
  exec "$@"
  ;;
*) die "usage: tools/toolchain.sh make | env | run COMMAND..." ;;
esac
