# What the scripts share. To be sourced.

set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# Tools for administrators are not on everybody's PATH, and a bare environment has no HOME, which SwiftPM wants.
export PATH="$PATH:/usr/sbin:/sbin"
export HOME="${HOME:-$(getent passwd "$(id -u)" | cut -d: -f6)}"

say() { printf '==> %s\n' "$*"; }

fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# need THING PACKAGE ...: installs the Debian packages whose commands, or C headers (THING ends in .h), are missing.
need() {
  local missing=()
  while (($#)); do
    case "$1" in
      *.h) [[ -e "/usr/include/$1" ]] || missing+=("$2") ;;
      *) command -v "$1" > /dev/null || missing+=("$2") ;;
    esac
    shift 2
  done
  ((${#missing[@]})) || return 0
  mapfile -t missing < <(printf '%s\n' "${missing[@]}" | sort -u)
  command -v apt-get > /dev/null || fail "please install: ${missing[*]}"
  local root=()
  if ((EUID)); then
    command -v sudo > /dev/null || fail "please install, as root: apt-get install ${missing[*]}"
    root=(sudo)
  fi
  say "installing ${missing[*]}"
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get update -qq
  "${root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "${missing[@]}"
}

# A Swift toolchain is not a Debian package: it is looked for and asked for, not installed.
need_swift() {
  PATH="$PATH:${SWIFTLY_BIN_DIR:-$HOME/.local/share/swiftly/bin}"
  command -v swift > /dev/null || fail "no Swift toolchain on the PATH; https://www.swift.org/install/linux/ has it (6.1 or newer)"
}

# promtool, which checks alerts. Its Debian package starts a server, so that only the program is taken from it.
need_promtool() {
  local tools="$PWD/.build/tools" place
  export PATH="$PATH:$tools"
  command -v promtool > /dev/null && return
  command -v apt-get > /dev/null || return 0
  say "fetching promtool"
  local get=(apt-get -qq -o APT::Sandbox::User=root download prometheus) root=()
  ((EUID)) && root=(sudo)
  place="$(mktemp -d)"
  if (cd "$place" && { "${get[@]}" || { "${root[@]}" apt-get update -qq && "${get[@]}"; }; }); then
    dpkg-deb --fsys-tarfile "$place"/*.deb | tar -x -C "$place" ./usr/bin/promtool
    install -D "$place/usr/bin/promtool" "$tools/promtool"
  fi
  rm -rf "$place"
}

# What building svcnat takes.
need_to_build() {
  need git git libmnl/libmnl.h libmnl-dev libnftnl/common.h libnftnl-dev zlib.h zlib1g-dev
  need_swift
}
