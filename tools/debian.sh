# Sourced by toolchain.sh and venv.sh: fetch packages of Debian 13 without root and without touching the system's apt.
# apt keeps all its state under one folder of ours and checks Debian's signatures as always.  POSIX sh.

DEBIAN_SUITE=trixie

# The Debian mirrors that this machine's own apt uses, best first; $WARRANT_DEBIAN_MIRROR goes before them all.
debian_mirrors() {
  [ -z "${WARRANT_DEBIAN_MIRROR:-}" ] || echo "$WARRANT_DEBIAN_MIRROR"
  apt-get indextargets --no-release-info --format '$(RELEASE) $(COMPONENT) $(REPO_URI)' 'Created-By: Packages' |
    awk '$1 ~ /^(bookworm|trixie|forky|duke|sid|oldstable|stable|testing|unstable)$/ && $2 == "main" && !seen[$3]++ { print $3 }'
}

# debian_open FOLDER: a private apt state in FOLDER that knows the packages of Debian 13, from the first mirror that answers.
debian_open() {
  debian=$1
  command -v apt-get >/dev/null || { say "there is no apt-get here (not a Debian-family machine)"; return 1; }
  mkdir -p "$debian/lists/partial" "$debian/cache/archives/partial" "$debian/state" "$debian/debs" || return 1
  : >"$debian/status" # no package counts as installed
  cat >"$debian/apt.conf" <<CONF
Dir::Etc::sourcelist "$debian/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
Dir::State "$debian/state";
Dir::State::lists "$debian/lists";
Dir::State::status "$debian/status";
Dir::Cache "$debian/cache";
APT::Install-Recommends "false";
APT::Sandbox::User "";
Acquire::Languages "none";
Acquire::Retries "3";
Debug::NoLocking "1";
#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
CONF
  keys=/usr/share/keyrings/debian-archive-keyring.gpg
  signed=
  [ ! -e "$keys" ] || signed="[signed-by=$keys] " # else the keys that the system's apt trusts
  for mirror in $(debian_mirrors); do
    printf 'deb %s%s %s main\n' "$signed" "$mirror" "$DEBIAN_SUITE" >"$debian/sources.list"
    if apt_private -qq --error-on=any update; then return 0; fi
  done
  say "no Debian mirror with $DEBIAN_SUITE answered"
  return 1
}

apt_private() { apt-get -c "$debian/apt.conf" "$@"; }

# debian_closure PACKAGE...: the names of the packages and of all that they depend on.
debian_closure() { apt_private --print-uris -y install "$@" | sed -n "s/^'[^']*' \([^_ ]*\)_.*/\1/p"; }

# debian_download PACKAGE...: their .deb files, into $debian/debs.
debian_download() { (cd "$debian/debs" && apt_private -qq download "$@"); }
