#!/bin/sh
# Make the Python package in dist/ and look at it: is the native checker inside, and does it run from there?
set -eu
cd "$(dirname "$0")/.."
. tools/common.sh
say "making the Python package"
rm -rf dist build/wheel
.venv/bin/python -m pip wheel -q --disable-pip-version-check --no-deps -w dist . || die "the Python package could not be made"
.venv/bin/python -m pip install -q --disable-pip-version-check --no-deps --target build/wheel dist/*.whl
checker=$PWD/build/wheel/warrant/_bin/warrant-check
[ -x "$checker" ] || die "the native checker is not in $(echo dist/*.whl)"
cmp -s "$checker" build/warrant-check || die "the native checker in $(echo dist/*.whl) is not the one that was just made"
# Away from the checkout, so that it is the package that answers.
(cd / && env -u WARRANT_CHECKER PYTHONPATH="$OLDPWD/build/wheel" "$OLDPWD/.venv/bin/python" - "$checker" <<'PYTHON') || die "the Python package does not find its native checker"
import sys
from pathlib import Path
from warrant.checkers.native import find_checker
assert find_checker() == Path(sys.argv[1]), find_checker()
PYTHON
say "the Python package is $(echo dist/*.whl)"
