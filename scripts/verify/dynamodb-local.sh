#!/usr/bin/env bash
# The flow tests on AWS's DynamoDB Local: dynamodb-local.sh [FILES]. Needs Java 17.
source "$(dirname "$0")/tools.sh"
VERSION=2.9.30
PORT=18777

package="$TOOLS/amplify-dynamodb-simulator-$VERSION"
if [ ! -e "$package/emulator/DynamoDBLocal.jar" ]; then
  archive="$(npm pack --silent --pack-destination "$TOOLS" "amplify-dynamodb-simulator@$VERSION")"
  mkdir -p "$package" && tar -xzf "$TOOLS/$archive" -C "$package" --strip-components 1
fi
cd "$TOOLS"
java -Djava.library.path="$package/emulator/DynamoDBLocal_lib" -jar "$package/emulator/DynamoDBLocal.jar" \
  -inMemory -sharedDb -disableTelemetry -port "$PORT" &
engine=$!
trap 'kill "$engine" 2>/dev/null; wait "$engine"' EXIT
cd ../..
npm run test:flow -- --dynamodb "http://127.0.0.1:$PORT" "$@"
