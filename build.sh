#!/usr/bin/env bash
# Finds PowerShell and runs build.ps1 with it. Without PowerShell, "demo" and "test" still do what does not need it and
# report what they left out. On Windows, run ./build.ps1 directly.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")"
lower() { printf '%s' "$1" | tr '[:upper:]' '[:lower:]'; } # bash 3.2, as in macOS, has no ${x,,}
task="${1:-build}"
[ $# -gt 0 ] && shift

if ! command -v dotnet >/dev/null 2>&1; then
  echo "build.sh: the .NET 10 SDK is not installed, or 'dotnet' is not on PATH. See https://dotnet.microsoft.com/download" >&2
  exit 1
fi

if command -v pwsh >/dev/null 2>&1; then
  exec pwsh -NoProfile -NonInteractive -File ./build.ps1 "$task" "$@"
fi

# The version in the tool manifest, installed with a launcher: build.ps1 and the tests start further pwsh processes,
# and "dotnet tool run pwsh" would give them "dotnet" as the program to start.
version=$(sed -n '/"powershell"/,/}/s/.*"version": *"\([^"]*\)".*/\1/p' .config/dotnet-tools.json)
tools=out/tools/powershell
if [ ! -x "$tools/pwsh" ]; then
  installed=$(dotnet tool install powershell --version "$version" --tool-path "$tools" 2>&1) || true
fi
if [ -x "$tools/pwsh" ] && "$tools/pwsh" -NoProfile -Command exit >/dev/null 2>&1; then
  exec "$tools/pwsh" -NoProfile -NonInteractive -File ./build.ps1 "$task" "$@"
fi
reason=$(printf '%s\n' "${installed:-}" | grep -m1 -iE 'error|unable|not found' | sed 's/^[[:space:]]*//' || true)
missing="PowerShell is not installed, and 'dotnet tool install powershell' could not install it${reason:+ ($reason)}. See https://aka.ms/powershell"

case "$(lower "$task")" in
  test)
    skipped=1 failed=0 word=Skipped
    for argument in "$@"; do
      case "$(lower "$argument")" in
        -requireengine) skipped=0 failed=1 word=Failed ;;
        *) echo "build.sh: without PowerShell, 'test' accepts -RequireEngine only. $missing" >&2; exit 1 ;;
      esac
    done
    results=out/TestResults
    rm -rf "$results"
    status=0
    formatted=1
    if ! dotnet format whitespace . --folder --verify-no-changes; then
      echo "The code is not formatted. Run: dotnet format whitespace --folder"
      formatted=0 failed=$((failed + 1))
    fi
    dotnet test Torii.slnx --configuration Release --results-directory "$results" --nologo || status=$?
    echo "$word: the Pester suite. $missing"
    # A suite that did not build, or that crashed, has no counts: it counts as one failure, as in build.ps1.
    cat "$results"/*.trx 2>/dev/null | grep -o '<Counters [^>]*' | awk -v status="$status" -v failed="$failed" -v skipped="$skipped" -v passed="$formatted" '
      function value(name,  m) { match($0, " " name "=\"[0-9]+\""); m = substr($0, RSTART, RLENGTH); gsub(/[^0-9]/, "", m); return m + 0 }
      { p = value("passed"); f = value("failed") + value("error") + value("timeout"); passed += p; broken += f; skipped += value("total") - p - f }
      END {
        if (status != 0 && broken == 0) broken = 1
        printf "%d passed, %d failed, %d skipped\n", passed, failed + broken, skipped
        exit (failed + broken > 0 || passed <= 1)
      }'
    ;;
  demo)
    echo "$missing"
    echo "The same job runs as a .NET program instead, with the same client library."
    exec dotnet run examples/revoke-banned.cs
    ;;
  *)
    echo "build.sh: the task '$task' needs PowerShell. $missing" >&2
    exit 1
    ;;
esac
