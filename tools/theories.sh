#!/bin/sh
# tools/theories.sh JOBS: compile theories/**/*.v, with the coqc on PATH and the makefile that coq_makefile writes.
set -eu
cd "$(dirname "$0")/.."
. tools/common.sh
lock build/theories.lock "the Coq library"

# Compiled files of one Coq are of no use to another: start afresh when it has changed.
coq="$(coqc --print-version) $(coqc -where)"
if [ -e build/coq ] && [ "$(cat build/coq)" != "$coq" ]; then
  say "another Coq than last time: compiling the library afresh"
  find theories -name '*.vo' -o -name '*.vos' -o -name '*.vok' -o -name '*.glob' | xargs rm -f
  rm -f CoqMakefile build/coq
fi
[ -e build/coq ] || echo "$coq" >build/coq

# Warnings are errors with the version that the library is written for; a newer Coq may warn of what that one does not.
# To let warnings pass while working: WARNINGS= make theories
case $coq in 8.20.*) strict='-arg -w -arg +default' ;; *) strict= ;; esac
strict=${WARNINGS-$strict}

# The makefile depends on the list of files and on _CoqProject; a file that is no longer there leaves nothing compiled behind.
find theories -name '*.v' | LC_ALL=C sort >build/files
echo "$strict" | cat - _CoqProject build/files >build/makefile.new
if ! cmp -s build/makefile.new build/makefile || ! [ -e CoqMakefile ]; then
  coq_makefile -f _CoqProject $strict $(cat build/files) -o CoqMakefile
  mv build/makefile.new build/makefile
fi
for compiled in $(find theories -name '*.vo'); do
  [ -e "${compiled%o}" ] || rm -f "$compiled" "${compiled}s" "${compiled}k" "${compiled%.vo}.glob"
done
rm -f build/makefile.new

# Without the MAKEFLAGS of the make that called us: the jobs are counted here.
coq_make() { MAKEFLAGS='' make --no-print-directory -f CoqMakefile "$@"; }
if coq_make -q $(sed 's/$/o/' build/files) >/dev/null 2>&1; then exit 0; fi
say "compiling the Coq library ($(wc -l <build/files) files)"
coq_make -j "$1"
