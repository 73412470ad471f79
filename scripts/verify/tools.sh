# Sourced by the scripts here: tools from PyPI, npm, and Maven, apart from the product, under .local/verify.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
TOOLS="$PWD/.local/verify"
mkdir -p "$TOOLS"

# python_tool NAME VERSION: sets BIN to the folder of its commands
python_tool() {
  local folder="$TOOLS/$1-$2"
  BIN="$folder/bin"
  [ -e "$folder/installed" ] && return
  python3 -m venv "$folder"
  "$BIN/pip" install --quiet --disable-pip-version-check "${3:-$1}==$2"
  touch "$folder/installed"
}
