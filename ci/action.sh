#!/usr/bin/env bash
# What the GitHub Action runs; all input comes by environment variables, so that nothing of it is ever read as code.
#   action.sh install    puts copydesk on the path
#   action.sh check      runs it, writes the outputs exit-code, findings and sarif, and exits with its status
set -euo pipefail

fail() {
  echo "::error title=copydesk::$1"
  exit 2
}

install() {
  if [ -n "${COPYDESK_BIN:-}" ]; then
    [ -x "$COPYDESK_BIN" ] || fail "binary: $COPYDESK_BIN cannot be run"
    local folder="$RUNNER_TEMP/copydesk-bin"
    mkdir -p "$folder"
    cp "$COPYDESK_BIN" "$folder/copydesk"
    echo "$folder" >>"$GITHUB_PATH"
    return
  fi
  if command -v copydesk >/dev/null && [ -z "${COPYDESK_VERSION:-}" ]; then
    echo "copydesk is on the path: $(copydesk --version)"
    return
  fi
  if [ -n "${COPYDESK_VERSION:-}" ]; then
    command -v pip >/dev/null || fail "version: a release is installed with pip, and there is none; set up Python first"
    pip install --disable-pip-version-check --quiet --target "$RUNNER_TEMP/copydesk-py" "copydesk==${COPYDESK_VERSION}"
    echo "$RUNNER_TEMP/copydesk-py/bin" >>"$GITHUB_PATH"
    return
  fi
  # The action's own checkout has the source.
  command -v cargo >/dev/null || fail "neither a version nor cargo: give the input version, or set up Rust first"
  cargo install --quiet --locked --path "$GITHUB_ACTION_PATH" --root "$RUNNER_TEMP/copydesk"
  echo "$RUNNER_TEMP/copydesk/bin" >>"$GITHUB_PATH"
}

# Splits a list at line ends into the array ITEMS; empty lines are none.
items() {
  ITEMS=()
  local line
  while IFS= read -r line || [ -n "$line" ]; do
    line="${line%$'\r'}"
    if [ -n "${line//[[:space:]]/}" ]; then ITEMS+=("$line"); fi
  done <<<"$1"
}

check() {
  local args=(check) sarif="${COPYDESK_SARIF:-}" report="$RUNNER_TEMP/copydesk-report.json" status=0 findings=0
  [ -z "${COPYDESK_CONFIG:-}" ] || args+=(--config "$COPYDESK_CONFIG")
  [ -z "${COPYDESK_FAIL_ON:-}" ] || args+=(--fail-on "$COPYDESK_FAIL_ON")
  [ -z "${COPYDESK_BASELINE:-}" ] || args+=(--baseline "$COPYDESK_BASELINE")
  [ -z "${COPYDESK_CHANGED:-}" ] || args+=(--changed "$COPYDESK_CHANGED")
  args+=(--output-format "${COPYDESK_FORMAT:-github}" --output-format "json=$report")
  [ -z "$sarif" ] || args+=(--output-format "sarif=$sarif")
  items "${COPYDESK_ARGS:-}"
  args+=(${ITEMS[@]+"${ITEMS[@]}"})
  items "${COPYDESK_PATHS:-.}"
  args+=(-- ${ITEMS[@]+"${ITEMS[@]}"})
  rm -f "$report"
  copydesk "${args[@]}" || status=$?
  if [ -s "$report" ]; then
    findings=$(grep -o '"fingerprint":"[0-9a-f]\{16\}"' "$report" | wc -l | tr -d ' ') || findings=0
  fi
  # Before the exit, which `bash -e` makes the end of the step.
  {
    echo "exit-code=$status"
    echo "findings=$findings"
    if [ -n "$sarif" ] && [ -s "$sarif" ]; then echo "sarif=$sarif"; else echo "sarif="; fi
  } >>"$GITHUB_OUTPUT"
  exit "$status"
}

case "${1:-}" in
install) install ;;
check) check ;;
*) fail "action.sh: expected install or check, found ${1:-nothing}" ;;
esac
