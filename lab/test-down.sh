#!/usr/bin/env bash
# Self-check of ./dev down: after an up that was killed at any moment, and after a second down, nothing is left; and a
# lab that died whole holds its subnet against nobody.
#
#   test-down.sh [SECONDS...]   kills ./dev up that long after its start (default: 1 4), then ./dev down;
#                               prints one line a kill, exit 1 and what is left at the first that is not clean
#
# Runs beside a lab that is up: it has its own state folder (down-check/ in the state) and its own subnet
# (HOLDFAST_LAB_TEST_SUBNET, default 10.77.254). About 25 s.
set -euo pipefail

LAB_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
ROOT=${LAB_DIR%/*}
REAL_STATE=$(realpath -m "${HOLDFAST_STATE:-$ROOT/.holdfast}")
export HOLDFAST_STATE=$REAL_STATE/down-check HOLDFAST_LAB_SUBNET=${HOLDFAST_LAB_TEST_SUBNET:-10.77.254}
WORK=$(mktemp -d)
# shellcheck source=lab/dev/labs.sh
. "$LAB_DIR/dev/labs.sh"
[[ $EUID == 0 ]] || { echo "test-down.sh: needs root, as the lab does" >&2; exit 2; }

seconds_since() { awk -v a="$EPOCHREALTIME" -v b="$1" 'BEGIN { printf "%.1f", a - b }'; }

finish() {
  local code=$?
  "$ROOT/dev" down >/dev/null 2>&1 || code=1
  rm -rf "$WORK" "$HOLDFAST_STATE"
  exit "$code"
}

# What must be the same before and after: devices, namespaces, mounts, loops, and processes and files of this state.
# Devices of a lab on another subnet come and go meanwhile.
footprint() (
  set +eo pipefail
  IFS=. read -r -a net <<<"$HOLDFAST_LAB_SUBNET"
  ip -o link | grep -oE "(hf-|v)$(printf '%02x%02x%02x' "${net[@]}")[^:@]*[:@]" | sed 's/^/device /'
  ip netns list | sed 's/^/netns /'
  awk '{ print "mount", $5 }' /proc/self/mountinfo
  losetup --list --noheadings --output BACK-FILE | grep -F "$HOLDFAST_STATE" | sed 's/^/loop /'
  [[ ! -e /var/lib/holdfast ]] || echo "folder /var/lib/holdfast"
  find "$HOLDFAST_STATE" -mindepth 1 -maxdepth 1 -not -name cache -not -name log -not -name tools -not -name lock -printf 'file %p\n'
  find /dev/shm /tmp -maxdepth 1 -newer "$WORK/started" \( -name 'holdfast*' -o -name 'PostgreSQL*' \) -printf 'file %p\n'
  for process in /proc/[0-9]*; do
    [[ $process == "/proc/$$" || $process == "/proc/$BASHPID" ]] || ! is_ours "$process" \
      || echo "process ${process#/proc/}: $({ tr '\0' ' ' <"$process/cmdline"; } 2>/dev/null | cut -c -160)"
  done
)

# By what it runs, where, for whom, or inside which host. Processes come and go while this looks.
is_ours() {
  [[ $1/root/run -ef $HOLDFAST_STATE/lab/alpha1/run || $1/root/run -ef $HOLDFAST_STATE/lab/beta1/run ]] \
    || { { tr '\0' '\n' <"$1/cmdline"; readlink "$1/cwd"; } | grep -qF "$HOLDFAST_STATE"; } 2>/dev/null \
    || { tr '\0' '\n' <"$1/environ" | grep -qE "^HOLDFAST_(PROCESS|COMMAND)_OF=$HOLDFAST_STATE\$"; } 2>/dev/null
}

same_footprint() {
  footprint | sort >"$WORK/after"
  diff "$WORK/before" "$WORK/after" || { echo "FAIL: $1 left something (lines with >)" >&2; exit 1; }
}

trap finish EXIT
touch "$WORK/started"
borrow_tools "$REAL_STATE" "$HOLDFAST_STATE" # this is about what runs, not about setting up
footprint | sort >"$WORK/before"
[[ $# -gt 0 ]] || set -- 1 4
for delay in "$@"; do
  begun=$EPOCHREALTIME
  timeout --signal=KILL --foreground "$delay" "$ROOT/dev" up >"$WORK/up.log" 2>&1 || true
  killed=$EPOCHREALTIME
  traces=$(footprint | sort | comm -13 "$WORK/before" - | wc -l)
  "$ROOT/dev" down >"$WORK/down.log" 2>&1 || { cat "$WORK/down.log" >&2; exit 1; }
  same_footprint "down after up was killed at $delay s"
  printf 'ok   up killed after %s s, with %d traces; down took %s s and left none\n' \
    "$(awk -v a="$killed" -v b="$begun" 'BEGIN { printf "%.1f", a - b }')" "$traces" "$(seconds_since "$killed")"
done
"$ROOT/dev" down >"$WORK/down.log" 2>&1 || { cat "$WORK/down.log" >&2; exit 1; }
same_footprint "a second down"
echo "ok   a second down changes nothing"

# A lab whose processes were all killed, and whose state folder nobody may come back for.
bridge=$(. "$LAB_DIR/lib/common.sh"; echo "$BRIDGE")
ip link add name "$bridge" type bridge
ip link set "$bridge" alias "holdfast $WORK/dead"
"$LAB_DIR/hosts.sh" up >"$WORK/up.log" 2>&1 || { cat "$WORK/up.log" >&2; exit 1; }
"$ROOT/dev" down >"$WORK/down.log" 2>&1 || { cat "$WORK/down.log" >&2; exit 1; }
same_footprint "the lab in a dead one's place"
echo "ok   a dead lab's subnet is taken over"
