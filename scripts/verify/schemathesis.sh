#!/usr/bin/env bash
# The API of a local stack against docs/openapi.json, by requests that schemathesis makes up: schemathesis.sh [EXAMPLES]
source "$(dirname "$0")/tools.sh"
python_tool schemathesis 4.32.5

export GATEBELL_HANDLES="$TOOLS/schemathesis-stack.json"
rm -f "$GATEBELL_HANDLES"
# Not by npx, which doesn't pass a signal on. npm puts the Node of this repository there; elsewhere it is the machine's.
node="$PWD/node_modules/.bin/node"
[ -x "$node" ] || node=node
"$node" local/start.ts --port 0 --handles "$GATEBELL_HANDLES" &
stack=$!
trap 'kill "$stack" 2>/dev/null; wait "$stack"' EXIT
until [ -e "$GATEBELL_HANDLES" ]; do kill -0 "$stack"; sleep 1; done

handle() { npx node -p "JSON.parse(fs.readFileSync(process.env.GATEBELL_HANDLES)).$1"; }
token="$(npx node local/token.ts alice --admin --scope exceptions)"

# A method that a path doesn't have: API Gateway answers 404 by itself, and not 405. A missing or wrong token: it answers 401 before
# any function, which the tests of access cover. That valid data is accepted: a schema can't say that a cursor is of an earlier
# answer, a product exists, or a key is new, so 400, 412, and 422 are right answers to some of it.
"$BIN/st" run docs/openapi.json --url "$(handle web)" --header "Authorization: Bearer $token" \
  --max-examples "${1:-25}" --seed 7 --exclude-checks unsupported_method,ignored_auth,positive_data_acceptance --continue-on-failure --no-color
