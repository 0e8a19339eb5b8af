#!/bin/sh
# tools/site.sh FOLDER: the documentation as a site: the pages in docs/ and the Python interface by Sphinx, and beside them the Coq library by coqdoc.
set -eu
cd "$(dirname "$0")/.."
. tools/common.sh
site=$1
say "building the documentation in $site"
.venv/bin/python -m sphinx -q -W -b html docs "$site" || die "Sphinx could not build docs/"
mkdir -p "$site/coq"
coqdoc --html --utf8 --toc --quiet --parse-comments -d "$site/coq" -Q theories Warrant $(find theories -name '*.v' | LC_ALL=C sort)
say "open $site/index.html"
