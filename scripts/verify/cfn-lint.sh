#!/usr/bin/env bash
# The templates of all stages of stages.config.ts against AWS's resource schemas and cfn-lint's rules.
source "$(dirname "$0")/tools.sh"
python_tool cfn-lint 1.58.0

scripts/verify/synth.sh "$TOOLS/templates"
# W3005: CDK writes a DependsOn beside the reference that implies it.
"$BIN/cfn-lint" --include-checks I --ignore-checks W3005 --regions us-east-1 eu-central-1 -t "$TOOLS"/templates/*/*.template.json
echo 'cfn-lint: no findings'
