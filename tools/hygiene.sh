#!/bin/sh
# What no Coq file of this library may hold, and what may import what.  Needs coqdep (run it with: make hygiene).
set -eu
cd "$(dirname "$0")/.."
. tools/common.sh
bad=0

# Sentences that leave a hole, assume something, switch off a check of the kernel, or are left over from working on a proof.
words='Admitted|admit|Axioms?|Parameters?|Conjectures?|Declare Module|Abort All'
words="$words|(Unset|Set) (Guard|Positivity|Universe) Checking|bypass_check|Type[ -]in[ -]Type|Primitive|Drop|Load|Cd|Redirect"
words="$words|Check|Print|Search[A-Za-z]*|About|Locate|Compute|Eval|Show|Extraction|Extract (Constant|Inductive|Inlined Constant)"
for file in $(find theories -name '*.v' | LC_ALL=C sort); do
  # one sentence a line, without comments and without what strings hold
  found=$(awk -f tools/sentences.awk "$file" | grep -nE "^[0-9]+: *((#\[[^]]*\]|Local|Global|Time|Fail|Timeout [0-9]+) *)*($words)\b|\b(admit|bypass_check|give_up)\b" | sed 's/^[0-9]*://' || true)
  if [ -n "$found" ]; then
    echo "$found" | sed "s|^|$file:|" >&2
    bad=1
  fi
done
[ $bad = 0 ] || say "the sentences above are not allowed in theories/"

# imports FOLDER ALLOWED: what files of theories/FOLDER import lies in what matches ALLOWED, of theories/ (no FOLDER: the files of theories/ itself).
imports() {
  [ -d "theories/$1" ] || return 0
  found=$(coqdep -Q theories Warrant $(find "theories/$1" $([ -n "$1" ] || echo -maxdepth 1) -name '*.v') 2>/dev/null |
    awk -v allowed="^theories/($2)" '
      $1 ~ /\.vo$/ { for (i = 2; i <= NF; i++) if ($i ~ /^theories\/.*\.vo$/ && $i !~ allowed) print $1, "imports", $i }')
  [ -z "$found" ] || { echo "$found" >&2; bad=1; say "theories/$1 may import only from: $2"; }
}
imports Spec 'Spec/'
imports Primitives '(Spec|Primitives)/'
imports Checker '(Spec|Primitives|Checker)/'
imports '' '(Spec|Primitives|Checker)/|[A-Za-z]*\.vo$'
imports Bridges '(Spec|Primitives|Bridges)/'

[ $bad = 0 ] || die "the Coq files are not clean"
say "the Coq files are clean"
