#!/usr/bin/env bash
# The templates of the stages of stages.config.ts deployed into moto, but for the one that refers to a table outside.
source "$(dirname "$0")/tools.sh"
python_tool moto 5.2.5 'moto[all]'

scripts/verify/synth.sh "$TOOLS/templates"
"$BIN/python" scripts/verify/deploy_to_moto.py "$TOOLS"/templates/{plain,openid,disposable,everything}
