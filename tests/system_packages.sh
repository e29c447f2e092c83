#!/bin/sh
# What the suite needs of the system: install it when nobody need be asked (root, or YES=1), else say how.
set -u
python=${1:-python3}
missing=""
has() { command -v "$1" >/dev/null 2>&1; }
"$python" -c 'import venv, ensurepip' 2>/dev/null || missing="$missing python3-venv"
has chromium || missing="$missing chromium"
has chromedriver || missing="$missing chromium-driver"
has mariadbd || [ -x /usr/sbin/mariadbd ] || missing="$missing mariadb-server"
set -- /usr/lib/postgresql/*/bin/postgres  # Debian keeps it off the path, by version
has postgres || [ -x "$1" ] || missing="$missing postgresql"
has node || missing="$missing nodejs"
has npm || missing="$missing npm"
has msgfmt && has xgettext || missing="$missing gettext"
[ -z "$missing" ] && exit 0

install="apt-get install -y --no-install-recommends$missing"
if has apt-get && { [ "$(id -u)" = 0 ] || [ "${YES:-}" = 1 ]; }; then
    sudo=""; [ "$(id -u)" = 0 ] || sudo=sudo
    echo "Installing for the tests:$missing"
    $sudo apt-get update -qq && DEBIAN_FRONTEND=noninteractive $sudo $install -qq >/dev/null && exit 0
    echo "That did not work." >&2
fi
echo "Some tests need what this system does not have:$missing" >&2
echo "    sudo $install" >&2
[ "${CI:-}" = true ] && { echo "CI=true: missing means failed." >&2; exit 1; }
exit 0
