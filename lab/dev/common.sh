# shellcheck shell=bash
# shellcheck disable=SC2034
# Paths, speech and bounded waiting for ./dev and its helpers. Sourced, never run.
# ROOT is the checkout; everything that ./dev keeps lives under STATE.

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd -P)
STATE=$(realpath -m "${HOLDFAST_STATE:-$ROOT/.holdfast}")
RUN=$STATE/run LOG=$STATE/log DATA=$STATE/data CACHE=$STATE/cache TOOLS=$STATE/tools
SUBNET=${HOLDFAST_LAB_SUBNET:-10.77.0}
HOSTS=$ROOT/lab/hosts.sh
ENGINE_JAR=engine/target/holdfast-engine.jar
WORKER_JAR=activities/target/holdfast-host-worker.jar
export HOLDFAST_STATE=$STATE HOLDFAST_LAB_SUBNET=$SUBNET HOLDFAST_DEV=$ROOT/dev
PATH=$PATH:/usr/sbin:/sbin:$TOOLS
cd "$ROOT" || exit 1

say() { printf '%s\n' "$*"; }
warn() { printf '%s\n' "$*" >&2; }
die() { warn "dev: $*"; exit 1; }

# wait_until SECONDS WHAT COMMAND...: polls COMMAND ten times a second; says WHAT it waited for in vain.
wait_until() {
  local seconds=$1 what=$2 deadline
  shift 2
  deadline=$(($(now_ms) + seconds * 1000))
  until "$@"; do
    if (($(now_ms) > deadline)); then
      warn "dev: waited $seconds s in vain for $what"
      return 1
    fi
    sleep 0.1
  done
}

now_ms() { local t=$EPOCHREALTIME; printf '%s' $((${t/[.,]/} / 1000)); }

# phase TEXT: prints the time that the phase before took, and begins another. phase_total ends the story.
PHASE_STARTED='' PHASES_STARTED=''
phase() {
  local now
  now=$(now_ms)
  if [ -n "$PHASE_STARTED" ]; then printf '   %s\n' "$(seconds_since "$PHASE_STARTED")"; fi
  PHASES_STARTED=${PHASES_STARTED:-$now} PHASE_STARTED=$now
  printf '\n== %s\n' "$*"
}
phase_total() {
  if [ -n "$PHASE_STARTED" ]; then printf '   %s\n' "$(seconds_since "$PHASE_STARTED")"; fi
  printf '\n%s in %s\n' "$*" "$(seconds_since "${PHASES_STARTED:-$(now_ms)}")"
  PHASE_STARTED=''
}
seconds_since() { local ms=$(($(now_ms) - $1)); printf '%d.%d s' $((ms / 1000)) $((ms % 1000 / 100)); }

make_folders() { mkdir -p "$LOG" "$CACHE" "$TOOLS" && (umask 077 && mkdir -p "$RUN" "$DATA"); }

# as_owner COMMAND...: under sudo, builds run as the owner of the checkout, so that no file in it becomes root's.
as_owner() {
  local user=${SUDO_USER:-root}
  if [ "$(id -u)" = 0 ] && [ "$user" != root ] && [ "$(stat -c %U "$ROOT")" = "$user" ]; then
    runuser -u "$user" -- env HOME="$(getent passwd "$user" | cut -d: -f6)" "$@"
  else
    "$@"
  fi
}

# need_root ARGUMENTS...: the lab makes namespaces and bridges; runs ./dev again under sudo for an ordinary user.
need_root() {
  [ "$(id -u)" != 0 ] || return 0
  command -v sudo >/dev/null || { warn "dev: '$1' needs root or sudo"; exit 2; }
  exec sudo --preserve-env=HOLDFAST_STATE,HOLDFAST_LAB_SUBNET,HOLDFAST_SEED,FAULT_CELLS,REPLICATION_ROUNDS,EVACUATED_GUESTS,JAVA_HOME env PATH="$PATH" "$ROOT/dev" "$@"
}
