# Sourced by the other scripts: messages and locks.  POSIX sh.

# One progress line, on stderr, so that stdout stays free for results.
say() { printf 'warrant: %s\n' "$*" >&2; }

die() {
  printf 'warrant: error: %s\n' "$*" >&2
  exit 1
}

# lock FILE WHAT: hold FILE until this process ends, so that two makes do not make the same thing at once.
# Where there is no flock (it is part of every Debian), go on without.
lock() {
  mkdir -p "$(dirname "$1")" || die "cannot make the folder $(dirname "$1")"
  command -v flock >/dev/null || return 0
  exec 9>"$1" || die "cannot write $1"
  flock -n 9 || {
    say "another process is making $2; waiting for it"
    flock 9
  }
}

# at_least HAVE WANT: is version HAVE at least WANT?
at_least() { [ "$(printf '%s\n%s\n' "$2" "$1" | sort -V | head -n 1)" = "$2" ]; }
