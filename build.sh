#!/usr/bin/env bash
# Finds a PowerShell and hands the task to build.ps1. Where there is none to be had, "demo" and "test" still do what
# needs no engine, and say so. On Windows, call ./build.ps1 directly.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
task="${1:-build}"
[ $# -gt 0 ] && shift

if ! command -v dotnet >/dev/null 2>&1; then
  echo "build.sh: the .NET 10 SDK is needed, and 'dotnet' is not on PATH. See https://dotnet.microsoft.com/download" >&2
  exit 1
fi

if command -v pwsh >/dev/null 2>&1; then
  exec pwsh -NoProfile -NonInteractive -File ./build.ps1 "$task" "$@"
fi
why=""
if restored=$(dotnet tool restore 2>&1) && dotnet tool run pwsh -- -NoProfile -Command exit >/dev/null 2>&1; then
  exec dotnet tool run pwsh -- -NoProfile -NonInteractive -File ./build.ps1 "$task" "$@"
else
  why=$(printf '%s\n' "$restored" | grep -m1 -iE 'error|unable|not found' | sed 's/^[[:space:]]*//' || true)
fi
why="pwsh is not on PATH, and 'dotnet tool restore' did not bring it${why:+ ($why)}"

case "${task,,}" in
  test)
    results=out/TestResults
    rm -rf "$results"
    status=0
    dotnet test Torii.slnx --configuration Release --results-directory "$results" --nologo || status=$?
    echo "The Pester suite was not run: $why."
    cat "$results"/*.trx 2>/dev/null | grep -o '<Counters [^>]*' | awk '
      function value(name,  m) { match($0, " " name "=\"[0-9]+\""); m = substr($0, RSTART, RLENGTH); gsub(/[^0-9]/, "", m); return m + 0 }
      { passed += value("passed"); failed += value("failed") + value("error") + value("timeout"); total += value("total") }
      END { printf "%d passed, %d failed, %d skipped\n", passed, failed, total - passed - failed; exit (total == 0) }' || status=1
    exit "$status"
    ;;
  demo)
    echo "PowerShell is not to be had here: $why."
    echo "The same job runs as a .NET program instead, through the same client library."
    exec dotnet run examples/revoke-banned.cs
    ;;
  *)
    echo "build.sh: the task '$task' needs PowerShell: $why. See https://aka.ms/powershell" >&2
    exit 1
    ;;
esac
