#!/bin/sh
# Make .venv hold exactly what the lock says: `environment.sh run` for using Zhijia, `environment.sh dev` for working
# on it (which is a superset, so `run` accepts it). A stamp in .venv makes the second call do nothing.
set -eu
cd "$(dirname "$0")/.."
want=$1

die() {
    echo "✗ $1" >&2
    exit 1
}

python=
for name in ${PYTHON:-python3 python3.14 python3.13 python3.12 python3.11}; do
    if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
        python=$name
        break
    fi
done

if ! .venv/bin/python -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
    [ -n "$python" ] || die "Python 3.11 or newer is needed; install it, or name yours: make run PYTHON=/path/to/python3"
    "$python" -c 'import venv, ensurepip' 2>/dev/null || die "python3-venv is missing: apt-get install python3-venv"
    rm -rf .venv 2>/dev/null || true
    mkdir .venv 2>/dev/null || die "cannot write to $(pwd): copy the project to a folder you own"
    echo "• environment: .venv with $("$python" -V)"
    "$python" -m venv .venv || die "python3-venv is missing: apt-get install python3-venv"
fi

run_sum=$(cksum <requirements.lock)
dev_sum=$(cksum <requirements-dev.lock)
have=$(cat .venv/zhijia.stamp 2>/dev/null || true)
case "$want $have" in
"run run $run_sum" | "run dev $run_sum $dev_sum" | "dev dev $run_sum $dev_sum") exit 0 ;;
esac

[ -w .venv ] || die "cannot write to $(pwd)/.venv: copy the project to a folder you own"
python=.venv/bin/python
$python -m uv --version >/dev/null 2>&1 ||
    $python -m pip install --quiet --disable-pip-version-check uv || die "pip could not install uv; is a package registry reachable?"
if [ "$want" = dev ]; then lock=requirements-dev.lock stamp="dev $run_sum $dev_sum"; else lock=requirements.lock stamp="run $run_sum"; fi
echo "• packages: $lock"
UV_LINK_MODE=${UV_LINK_MODE:-copy} $python -m uv pip sync --quiet --require-hashes --python "$python" "$lock" ||
    die "the packages of $lock could not be installed; is a package registry reachable?"

# The project itself: a path, and the command. Both are relative, so the folder may be copied or moved.
site=$($python -c 'import sysconfig; print(sysconfig.get_path("purelib"))')
echo ../../../../src >"$site/zhijia.pth"
printf '#!/bin/sh\nexec "$(dirname "$0")/python" -m zhijia.faces.cli.main "$@"\n' >.venv/bin/zhijia
chmod +x .venv/bin/zhijia
echo "$stamp" >.venv/zhijia.stamp
