# shellcheck shell=sh
# What ./start and ./check share: system packages and the virtual environment.
# Both source it from the project's root.

say() {
    printf '%s\n' "$*"
}

die() {
    printf '%s\n' "$*" >&2
    exit 1
}

# Print the first Python that is new enough and can make a virtual environment; fail if none can.
find_python() {
    for candidate in .venv/bin/python python3 python3.13 python3.12 python3.11 /usr/bin/python3; do
        if "$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))' \
            2>/dev/null; then
            echo "$candidate"
            return
        fi
    done
    return 1
}

# Whether the system has the shared library $1, as a program would find it.
has_library() {
    "$python" -c 'import ctypes, sys; ctypes.CDLL(sys.argv[1])' "$1" 2>/dev/null
}

has_command() {
    command -v "$1" >/dev/null 2>&1
}

# Print the packages that serving needs and the system lacks. Sets python.
missing_to_serve() {
    python=$(find_python) || printf ' python3-venv'
    has_library libpangoft2-1.0.so.0 || printf ' libpangoft2-1.0-0'
    has_library libharfbuzz-subset.so.0 || printf ' libharfbuzz-subset0'
}

# Install the Debian packages named in $1, separated by spaces; without the right to, say how.
install_packages() {
    [ -n "$1" ] || return 0
    if [ "$(id -u)" -eq 0 ]; then
        as_root='env'
    elif sudo -n true 2>/dev/null; then
        as_root='sudo -n env'
    else
        as_root=
    fi
    if [ -z "$as_root" ] || ! has_command apt-get; then
        die "This needs some packages of the system (named as in Debian 12). As an administrator:
    apt-get update && apt-get install -y --no-install-recommends$1
Then run the same command again."
    fi
    say "Installing$1 ..."
    apt="$as_root DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300"
    $apt update || say "The package lists could not be renewed; using those at hand."
    # shellcheck disable=SC2086 # both are lists of words
    told=$($apt install -y --no-install-recommends $1 </dev/null 2>&1) || die "$told
apt-get could not install:$1"
}

# Print MAJOR.MINOR of the Python at $1; fail if it does not run.
python_version() {
    "$1" -c 'import sys; print("Python %d.%d" % sys.version_info[:2])' 2>/dev/null
}

# Whether .venv holds each of the locks $@ as it stands now. The dev lock includes all others.
venv_holds() {
    is_in_stamp "$(python_version .venv/bin/python)" || return 1
    is_in_stamp "$(sha256sum requirements/dev.txt)" && return
    for lock in "$@"; do
        is_in_stamp "$(sha256sum "$lock")" || return 1
    done
}

is_in_stamp() {
    grep -qxF -e "$1" .venv/locks 2>/dev/null
}

# Make .venv hold what the locks $@ pin; wait for another who is at it.
make_venv() {
    venv_holds "$@" || (
        flock 9
        venv_holds "$@" || build_venv "$@"
    ) 9<.
}

# The stamp is written last, so that a broken try is tried again.
build_venv() {
    say "Installing Python packages into .venv ..."
    if has_foreign_python; then
        rm -rf .venv
        python=$(find_python)
    fi
    fill_with_uv "$@" || fill_with_pip "$@" || die "The Python packages could not be installed."
    {
        python_version .venv/bin/python
        sha256sum "$@"
    } >.venv/locks
}

# Whether .venv was made by a Python that is gone, or is not the one that runs in it now.
has_foreign_python() {
    [ -e .venv ] || return 1
    version=$(python_version .venv/bin/python) || return 0
    [ -e .venv/locks ] && ! is_in_stamp "$version"
}

# shellcheck disable=SC2046 # options are words
fill_with_uv() {
    uv --version >/dev/null 2>&1 &&
        "$python" -m venv --without-pip .venv &&
        uv pip install --quiet --python .venv/bin/python --require-hashes $(as_options "$@")
}

# shellcheck disable=SC2046 # options are words
fill_with_pip() {
    "$python" -m venv .venv &&
        .venv/bin/python -m pip install -qq --require-hashes $(as_options "$@")
}

as_options() {
    printf ' -r %s' "$@"
}
