#!/usr/bin/env bash
# Tries every way in as a user would: the pre-commit hooks, the GitHub Action's script, the wheel, the npm packages. What the
# machine lacks the tools for is skipped and said. Expects target/release/copydesk (`cargo build --release`).
set -uo pipefail
cd "$(dirname "$0")/.." || exit 2
root=$PWD
binary="$root/target/release/copydesk"
[ -x "$binary" ] || { echo "packaging: build first: cargo build --release"; exit 2; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

ok() { echo "packaging: $1: ok"; }
skip() { echo "packaging: $1: skipped, $2"; }
bad() { echo "packaging: $1: FAILED: $2"; failed=1; }
expect() { # expect NAME WANTED GOT
  if [ "$2" != "$3" ]; then bad "$1" "expected $2, got $3"; return 1; fi
}

bad_article="$work/bad article.txt"
good_article="$work/good.txt"
printf 'They want to end the war. in Ukraine before winter.\n' >"$bad_article"
printf 'The council met on Tuesday and agreed on a budget.\n' >"$good_article"

# The script that the GitHub Action runs, under the shell options that GitHub uses.
action() { # action OUTPUT PATHS → exit code
  : >"$work/output"
  (
    cd "$work" || exit 2
    export RUNNER_TEMP="$work" GITHUB_OUTPUT="$work/output" GITHUB_STEP_SUMMARY="$work/summary.md" GITHUB_PATH="$work/path"
    export COPYDESK_PATHS="$1" COPYDESK_SARIF="$work/out.sarif" COPYDESK_ARGS=$'--isolated\n--statistics'
    PATH="$work/bin:$PATH" bash --noprofile --norc -e -o pipefail "$root/ci/action.sh" check >"$work/log" 2>"$work/errors"
  )
}
test_action() {
  local name="action" code
  mkdir -p "$work/bin"
  RUNNER_TEMP="$work" GITHUB_PATH="$work/path" COPYDESK_BIN="$binary" bash -e -o pipefail ci/action.sh install || { bad "$name" "install"; return; }
  cp "$(tail -1 "$work/path")/copydesk" "$work/bin/"
  action $'bad article.txt\r\n\ngood.txt'; code=$?
  expect "$name" 1 "$code" && expect "$name" "exit-code=1 findings=1 sarif=$work/out.sarif" "$(paste -sd' ' "$work/output")" || return
  grep -q '^::error title=stray-full-stop,file=bad article.txt,line=1' "$work/log" || { bad "$name" "no annotation"; return; }
  grep -q '| major | bad article.txt:1 |' "$work/summary.md" || { bad "$name" "no step summary"; return; }
  action "good.txt"; code=$?
  expect "$name" 0 "$code" && expect "$name" "exit-code=0 findings=0" "$(head -2 "$work/output" | paste -sd' ')" || return
  # shellcheck disable=SC2016 # nothing of an input is to be run
  action '$(touch pwned); `touch pwned`.txt'; code=$?
  expect "$name" 2 "$code" && expect "$name" "exit-code=2" "$(head -1 "$work/output")" || return
  [ ! -e "$work/pwned" ] || { bad "$name" "an input was run as code"; return; }
  ok "$name"
}

test_wheel() {
  local name="wheel" maturin=""
  command -v python3 >/dev/null || { skip "$name" "no python3"; return; }
  if command -v maturin >/dev/null; then maturin=maturin
  elif python3 -m venv "$work/tools" >/dev/null 2>&1 && timeout 60 "$work/tools/bin/pip" install -q 'maturin>=1.7,<2' >/dev/null 2>&1; then
    maturin="$work/tools/bin/maturin"
  else skip "$name" "maturin cannot be had"; return; fi
  "$maturin" build --release --locked --out "$work/wheels" >"$work/log" 2>&1 || { bad "$name" "$(tail -3 "$work/log")"; return; }
  python3 -m venv "$work/venv" && "$work/venv/bin/pip" install -q --no-index --no-deps "$work"/wheels/*.whl 2>"$work/log" ||
    { bad "$name" "$(tail -3 "$work/log")"; return; }
  expect "$name" "$("$binary" --version)" "$("$work/venv/bin/copydesk" --version)" || return
  "$work/venv/bin/copydesk" check --isolated "$bad_article" >/dev/null; expect "$name" 1 $? || return
  "$work/venv/bin/copydesk" check --isolated --exit-zero "$root/fixtures/articles/seed.txt" >"$work/log" || { bad "$name" "$(cat "$work/log")"; return; }
  grep -q 'Richard Haass' "$work/log" || { bad "$name" "the seed article's report"; return; }
  ok "$name"
}

test_npm() {
  local name="npm" platform code
  command -v node >/dev/null && command -v npm >/dev/null || { skip "$name" "no node or npm"; return; }
  platform=$(node -p 'process.platform + "-" + process.arch')
  node npm/assemble.js "$work/npm" "$platform=$binary" >"$work/log" 2>&1 || { bad "$name" "$(cat "$work/log")"; return; }
  for folder in copydesk "$platform"; do
    (cd "$work/npm/$folder" && npm pack --silent --pack-destination "$work") >/dev/null 2>"$work/log" || { bad "$name" "$(cat "$work/log")"; return; }
  done
  mkdir -p "$work/site" && (cd "$work/site" && echo '{"private":true}' >package.json &&
    npm install --offline --no-audit --no-fund --silent "$work"/copydesk-"$platform"-*.tgz "$work"/copydesk-[0-9]*.tgz) >"$work/log" 2>&1 ||
    { bad "$name" "$(tail -5 "$work/log")"; return; }
  local shim="$work/site/node_modules/.bin/copydesk"
  expect "$name" "$("$binary" --version)" "$("$shim" --version)" || return
  "$shim" check --isolated "$bad_article" >/dev/null; expect "$name" 1 $? || return
  "$shim" check --no-such >/dev/null 2>&1; expect "$name" 2 $? || return
  printf 'The the end.\n' | "$shim" check --isolated -q --output-format concise - >/dev/null; expect "$name" 0 $? || return
  # A signal reaches the binary, and the launcher ends by it.
  (sleep 30 | "$shim" lsp >/dev/null 2>&1) & local pipe=$!
  sleep 1
  pkill -TERM -f "$work/site/node_modules/.bin/copydesk lsp"; sleep 1
  if pgrep -f "$work/site/node_modules/@copydesk" >/dev/null; then code=alive; else code=gone; fi
  kill "$pipe" 2>/dev/null; pkill -P "$pipe" 2>/dev/null; wait "$pipe" 2>/dev/null
  expect "$name" gone "$code" || return
  ok "$name"
}

test_hooks() {
  local name="pre-commit" tool="" repo="$work/repo"
  command -v git >/dev/null || { skip "$name" "no git"; return; }
  if command -v pre-commit >/dev/null; then tool=pre-commit
  elif [ -x "$work/tools/bin/pip" ] && timeout 60 "$work/tools/bin/pip" install -q pre-commit >/dev/null 2>&1; then tool="$work/tools/bin/pre-commit"
  else skip "$name" "pre-commit cannot be had"; return; fi
  mkdir -p "$repo/drafts" "$work/hookbin" && cp "$binary" "$work/hookbin/"
  # The hooks as they are, but for the language: the build is tested above, and takes minutes in a sandbox of its own.
  mkdir "$work/hooks" && sed 's/language: rust/language: system/' .pre-commit-hooks.yaml >"$work/hooks/.pre-commit-hooks.yaml"
  local git=(git -c user.name=A -c user.email=a@example.org -c init.defaultBranch=main)
  (cd "$work/hooks" && "${git[@]}" init -q && "${git[@]}" add -A && "${git[@]}" commit -qm hooks) || { bad "$name" "git"; return; }
  (
    cd "$repo" && "${git[@]}" init -q && cp "$good_article" good.txt && printf 'exclude = ["drafts"]\n' >copydesk.toml
    printf 'The council\302\255 met at the the end of the day.\n' >fix.txt
    cp "$bad_article" "drafts/bad article.txt"
    "${git[@]}" add -A && "${git[@]}" commit -qm articles
  ) || { bad "$name" "git"; return; }
  try() { (cd "$repo" && PRE_COMMIT_HOME="$work/cache" PATH="$work/hookbin:$PATH" "$tool" try-repo "$work/hooks" "$1" --files "${@:2}" >"$work/log" 2>&1); }
  try copydesk-check good.txt; expect "$name" 0 $? || { cat "$work/log"; return; }
  # Named by the hook, left out by the configuration.
  try copydesk-check "drafts/bad article.txt"; expect "$name" 0 $? || { cat "$work/log"; return; }
  cp "$bad_article" "$repo/bad article.txt"
  try copydesk-check "bad article.txt"; expect "$name" 1 $? || { cat "$work/log"; return; }
  grep -q 'bad article.txt:1:22: major stray-full-stop' "$work/log" || { bad "$name" "no finding in the log"; return; }
  before=$(cksum <"$repo/fix.txt")
  try copydesk-fix fix.txt; expect "$name" 1 $? || { cat "$work/log"; return; }
  [ "$before" != "$(cksum <"$repo/fix.txt")" ] || { bad "$name" "nothing was fixed"; return; }
  ok "$name"
}

test_action
test_wheel
test_npm
test_hooks
exit "$failed"
