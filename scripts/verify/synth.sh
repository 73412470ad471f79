#!/usr/bin/env bash
# Synthesizes the stages of stages.config.ts into the folder $1, a folder each.
set -euo pipefail
cd "$(dirname "$0")/../.."
for stage in plain openid disposable everything restored; do
  npx cdk synth --quiet -c config=scripts/verify/stages.config.ts -c "stage=$stage" --output "$1/$stage"
done
