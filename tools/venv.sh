#!/bin/sh
# Make .venv: Warrant, editable, with all that its tests and linters need.  Made afresh when it is incomplete or was moved,
# brought up to date when pyproject.toml has changed; else left alone.
set -eu
cd "$(dirname "$0")/.."
. tools/common.sh
lock build/venv.lock "the Python environment"

# What the environment depends on; written into it last.
state="$PWD $(cksum <pyproject.toml) $(cksum <tools/venv.sh)"
is_whole() { [ -e .venv/complete ] && .venv/bin/python -c '' 2>/dev/null; }
if is_whole && [ "$(cat .venv/complete)" = "$state" ]; then exit 0; fi

failed() {
  cat >&2 <<MESSAGE
warrant: error: $1
  What to try:
  - is the network up, and does \`pip download rich\` work here?  Then run the same command again;
  - behind a proxy or with a mirror of PyPI: set PIP_PROXY or PIP_INDEX_URL, or write them to pip.conf.
MESSAGE
  exit 1
}

# The first Python that is new enough; $PYTHON goes before them all.
find_python() {
  for python in ${PYTHON:-} python3 python3.14 python3.13 python3.12 python3.11; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then return 0; fi
  done
  die "there is no Python 3.11 or newer on PATH (apt install python3, or set PYTHON to one)"
}

# Debian's python3 has no pip without its package python3-venv: then take pip from Debian's own package of it, without root.
pip_from_debian() {
  . tools/debian.sh
  rm -rf build/pip
  debian_open "$PWD/build/pip" && debian_download python3-pip-whl && dpkg-deb -x build/pip/debs/python3-pip-whl_*.deb build/pip || return 1
  python_path=$(echo build/pip/usr/share/python-wheels/pip-*.whl)
  PYTHONPATH=$python_path .venv/bin/python -m pip install -q --upgrade pip
  rm -rf build/pip
}

if ! is_whole || [ "$(cut -d ' ' -f 1 .venv/complete)" != "$PWD" ]; then
  find_python
  say "making the Python environment .venv, once, with $("$python" --version)"
  rm -rf .venv
  if "$python" -c 'import ensurepip' 2>/dev/null; then
    "$python" -m venv .venv || die "$python -m venv .venv fails"
  else
    "$python" -m venv --without-pip .venv || die "$python -m venv .venv fails"
    say "this Python has no pip: fetching it"
    pip_from_debian || failed "pip could not be fetched (apt install python3-venv makes that unnecessary)."
  fi
fi
say "installing Python packages into .venv"
pip_install() { .venv/bin/python -m pip install -q --disable-pip-version-check "$@"; }
# vnnlib 0.0.1 (for tests) is published as sources that mypyc translates to C, which needs Python's header files.  It runs as
# well untranslated, so it is installed that way, with a stand-in for mypyc that translates nothing.
mkdir -p build/no-mypyc/mypyc
touch build/no-mypyc/mypyc/__init__.py
echo 'def mypycify(*_, **__): return []' >build/no-mypyc/mypyc/build.py
pip_install 'setuptools>=77' &&
  PYTHONPATH=$PWD/build/no-mypyc pip_install --no-build-isolation vnnlib==0.0.1 &&
  pip_install -e '.[test,dev]' || failed "Python packages could not be installed."
echo "$state" >.venv/complete
