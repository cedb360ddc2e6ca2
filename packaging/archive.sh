#!/usr/bin/env bash
# Packs a release: `packaging/archive.sh FOLDER-OF-THE-BINARY OUT PLATFORM` writes OUT/copydesk-VERSION-PLATFORM.tar.gz with the
# binary, its manual page, completions and licences, and a checksum beside it.
set -euo pipefail
folder=$1 out=$2 platform=$3
name=copydesk
[ -f "$folder/$name" ] || name=copydesk.exe
[ -f "$folder/$name" ] || { echo "archive: no copydesk in $folder" >&2; exit 2; }
version=$("$folder/$name" --version | cut -d' ' -f2)
stem="copydesk-$version-$platform"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir -p "$work/$stem/completions" "$out"
cp "$folder/$name" README.md CHANGELOG.md LICENSE-MIT LICENSE-APACHE "$work/$stem/"
cp data/LICENSES.md "$work/$stem/LICENSES-DATA.md"
"$folder/$name" man >"$work/$stem/copydesk.1"
for shell in bash zsh fish powershell elvish; do
  "$folder/$name" completions "$shell" >"$work/$stem/completions/copydesk.$shell"
done
tar -czf "$out/$stem.tar.gz" -C "$work" "$stem"
if command -v sha256sum >/dev/null; then sum=(sha256sum); else sum=(shasum -a 256); fi
(cd "$out" && "${sum[@]}" "$stem.tar.gz" >"$stem.tar.gz.sha256")
echo "$out/$stem.tar.gz"
