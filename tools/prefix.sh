#!/bin/sh
# tools/prefix.sh PREFIX VERSION: a private installation of Coq VERSION, its libraries and OCaml, from packages of Debian 13.
#
# The packages are unpacked (their install scripts are not run) and every program is told to use the prefix's own loader and
# C library, so that it runs on older and newer systems alike.  The final paths are written from the start, but into a
# folder beside PREFIX that is renamed at the end: PREFIX is either whole or not there.
set -eu
tools=$(cd "$(dirname "$0")" && pwd)
. "$tools/common.sh"
. "$tools/debian.sh"

P=$1
VERSION=$2
NEW=$P.new    # the prefix, while it is made
WORK=$P.work  # apt's state and the downloaded packages
LOG=$P.log

# What is wanted.  MathComp-Analysis is for probability; Interval pulls in MathComp's ssreflect, Coquelicot and Bignums.
WANTED="coq libcoq-stdlib libcoq-flocq libcoq-interval libcoq-coquelicot libcoq-bignums libcoq-mathcomp-algebra
  libcoq-mathcomp-analysis ocaml-nox ocaml-findlib libc6-dev"
# What Debian's dependencies add and is not needed: the host's own C compiler is used, nothing runs Python, and nothing is
# compiled against elpi or the OCaml compiler's own libraries.
UNWANTED='^(binutils.*|cpp.*|debconf|dpkg|gcc|gcc-14|gcc-14-[a-z].*|gcc-[a-z].*|libacl1|libasan.*|libatomic1|libbinutils|libbz2.*'
UNWANTED=$UNWANTED'|libc-dev-bin|libcc1-0|libcompiler-libs-ocaml-dev|libctf.*|libdb5.*|libelpi-ocaml-dev|libexpat1|libffi.*|libgcc-14-dev|libgmpxx.*'
UNWANTED=$UNWANTED'|libgomp1|libgprofng0|libhwasan0|libisl.*|libitm1|libjansson4|liblsan0|liblzma5|libmd0'
UNWANTED=$UNWANTED'|libmpc3|libmpfr6|libncurses.*|libppx.*-ocaml-dev|libpcre2.*|libpython3.*|libquadmath0'
UNWANTED=$UNWANTED'|libreadline.*|libselinux1|libsframe1|libsqlite.*|libssl.*|libtsan2|libubsan1|libuuid1|media-types|netbase'
UNWANTED=$UNWANTED'|ocaml-interp|ocaml-nox|openssl.*|python3.*|readline.*|rpcsvc-proto|tar|tzdata)$'

failed() {
  cat >&2 <<MESSAGE
warrant: error: $1
  The log is $LOG.  What to try:
  - is the network up, and does \`apt-get update\` work here?  Then run the same command again;
  - name another Debian mirror: WARRANT_DEBIAN_MIRROR=<address> make toolchain
    (on a machine that is not Debian, install the package debian-archive-keyring too);
  - or install Coq yourself, so that it is on PATH:
    opam install coq.$VERSION coq-flocq coq-interval coq-mathcomp-algebra coq-mathcomp-analysis coq-mathcomp-reals-stdlib
MESSAGE
  exit 1
}

case $P in *[[:space:]]*) die "the path of the cache folder must not hold spaces: $P (set XDG_CACHE_HOME)" ;; esac
mkdir -p "$(dirname "$P")" || die "cannot make the folder $(dirname "$P") (set XDG_CACHE_HOME to one that can be written)"
cc=$(command -v gcc || command -v cc) || die "there is no C compiler (apt install gcc)"
command -v as >/dev/null || die "there is no assembler (apt install binutils)"
free=$(df -Pk "$(dirname "$P")" | awk 'NR == 2 { print int($4 / 1024) }')
[ "$free" -ge 2000 ] || die "$(dirname "$P") has $free MB free; the Coq toolchain needs 2000 while it is made"

rm -rf "$P" "$NEW" "$WORK" # leftovers of a run that was killed
trap 'rm -rf "$NEW" "$WORK"' EXIT
trap 'exit 130' INT TERM HUP
: >"$LOG"

# 1. Download.
say "making the Coq toolchain, once, in $P (about 320 MB to download; a minute or two)"
debian_open "$WORK" >>"$LOG" 2>&1 || failed "the list of Debian's packages could not be downloaded."
packages=$(debian_closure $WANTED 2>>"$LOG" | grep -Ev "$UNWANTED") || failed "the packages needed were not found."
say "downloading $(echo "$packages" | wc -l) packages"
debian_download $packages patchelf >>"$LOG" 2>&1 || failed "packages could not be downloaded."

# 2. Unpack, without what only people or the debugger read.
say "unpacking"
mkdir -p "$NEW/usr/lib" "$NEW/usr/lib64" "$NEW/usr/bin" "$NEW/wrap" "$NEW/etc"
for folder in lib lib64 bin; do ln -s usr/$folder "$NEW/$folder"; done
for deb in "$WORK"/debs/*.deb; do
  dpkg-deb --fsys-tarfile "$deb" | tar -x -C "$NEW" --keep-directory-symlink --no-same-owner --exclude='./usr/share/*' \
    --exclude='./var/*' --exclude='*.cmt' --exclude='*.cmti' --exclude='*.byte' 2>>"$LOG" || failed "$deb could not be unpacked."
  basename "$deb" .deb >>"$NEW/packages" # which versions these are
done
rm -rf "$WORK"

# 3. Programs and plugins use the prefix's loader and C library.
libraries=$(dirname "$(find "$NEW/usr/lib" -name libc.so.6)") # usr/lib/<architecture>
loader=$(find "$libraries" -name 'ld-linux*.so.*')
L=$P${libraries#"$NEW"} # the same folder under its final name
O=$L/ocaml/$(ls "$libraries/ocaml")
patchelf() { "$loader" --library-path "$libraries" "$NEW/usr/bin/patchelf.first" "$@"; }
mv "$NEW/usr/bin/patchelf" "$NEW/usr/bin/patchelf.first"
find "$NEW/usr/bin" "$libraries/ocaml" -type f -perm -u+x ! -name patchelf.first | while read -r file; do
  if patchelf --print-interpreter "$file" >/dev/null 2>&1; then # a program, not a script or a library
    patchelf --set-interpreter "$L/${loader##*/}" --set-rpath "$L" "$file"
  fi
done
rm "$NEW/usr/bin/patchelf.first"

# 4. The C compiler as OCaml calls it: the host's, with the prefix's C library.
triple=${libraries##*/}
cat >"$NEW/wrap/$triple-gcc" <<WRAPPER
#!/bin/sh
exec $cc --sysroot=$P -B$L/ -L$L -Wl,-dynamic-linker,$L/${loader##*/} -Wl,-rpath,$L "\$@"
WRAPPER
chmod +x "$NEW/wrap/$triple-gcc"
for program in as ld; do
  command -v "$triple-$program" >/dev/null || ln -s "$(command -v $program)" "$NEW/wrap/$triple-$program"
done

# 5. Where things are.
cat >"$NEW/etc/ocamlfind.conf" <<CONF
destdir="$O"
path="$O"
ocamlc="ocamlc.opt"
ocamlopt="ocamlopt.opt"
ocamldep="ocamldep.opt"
ldconf="$O/ld.conf"
CONF
printf '%s\n' "$O/stublibs" "$O" "$O/zarith" >"$libraries/ocaml/${O##*/}/ld.conf"
cat >"$NEW/env.sh" <<ENV
export PATH='$P/wrap:$P/usr/bin':"\$PATH"
export OCAMLFIND='$P/usr/bin/ocamlfind' OCAMLFIND_CONF='$P/etc/ocamlfind.conf' OCAMLPATH='$O' OCAMLLIB='$O'
export CAML_LD_LIBRARY_PATH='$O/stublibs' COQLIB='$O/coq' COQCORELIB='$O/coq-core'
ENV

# 6. Put it in its place, try it, and only then call it complete.
mv "$NEW" "$P"
say "trying it"
"$tools/try-prefix.sh" "$P" "$VERSION" >>"$LOG" 2>&1 || { rm -rf "$P"; failed "the Coq toolchain was made, but it does not work here."; }
date >"$P/complete"
rm -f "$LOG"
say "the Coq toolchain is ready ($(du -sm "$P" | cut -f 1) MB)"
