# shellcheck shell=bash
# A process under its name: run/NAME.pid and run/NAME.start (field 22 of /proc/PID/stat: a pid that was given to somebody
# else has another one), log/NAME.log, run/NAME.exit once it has ended. Nothing is ever signalled by a program's name.

# stat_field PID N: the N-th field (N > 2) of /proc/PID/stat; a process name with blanks in it does no harm.
stat_field() {
  local line
  { read -r line <"/proc/$1/stat"; } 2>/dev/null || return 1
  read -ra line <<<"${line##*) }"
  printf '%s' "${line[$(($2 - 3))]}"
}

is_running() {
  local state
  state=$(stat_field "$1" 3) && [ "$state" != Z ] && [ "$state" != X ]
}

# live_pid NAME: its pid if that process is alive and the one that was started.
live_pid() {
  local pid
  { read -r pid <"$RUN/$1.pid"; } 2>/dev/null && [[ $pid =~ ^[0-9]+$ ]] && is_running "$pid" || return 1
  if [ -f "$RUN/$1.start" ]; then
    [ "$(stat_field "$pid" 22)" = "$(cat "$RUN/$1.start")" ] || return 1
  else # libvirtd's pid is written by the lab script: it is the one whose /run is that host's own
    [[ /proc/$pid/root/run -ef $STATE/lab/${1#libvirtd-}/run ]] || has_environment "$pid" "HOLDFAST_STATE=$STATE" || return 1
  fi 2>/dev/null
  printf '%s' "$pid"
}

is_alive() { live_pid "$1" >/dev/null; }
is_gone() { ! is_alive "$1"; }
has_environment() { grep -zqxF -e "$2" "/proc/$1/environ" 2>/dev/null; }

# record_process NAME PID: the start time first, so that nobody reads a pid without one.
record_process() {
  stat_field "$2" 22 >"$RUN/$1.start.new" && mv "$RUN/$1.start.new" "$RUN/$1.start" \
    && printf '%s\n' "$2" >"$RUN/$1.pid.new" && mv "$RUN/$1.pid.new" "$RUN/$1.pid"
}

# The names that this state can have: those that ran once, whether they live or not.
process_names() {
  local file
  for file in "$RUN"/*.pid; do
    file=${file##*/} file=${file%.pid}
    case $file in '*' | supervisor | command) ;; *) printf '%s\n' "$file" ;; esac
  done
}

require_known() {
  case $1 in
    postgres | temporal | engine) ;;
    worker-?* | libvirtd-?*)
      host_line "${1#*-}" >/dev/null || die "there is no host ${1#*-}; './dev lab hosts' lists them" ;;
    *) die "there is no process '$1': postgres, temporal, engine, worker-<host> or libvirtd-<host>" ;;
  esac
}

# start_process NAME: asks the supervisor, and returns as soon as the process exists; await_healthy waits for its answer.
start_process() {
  is_gone "$1" || return 0
  if [[ $1 == libvirtd-* ]]; then
    "$HOSTS" start-libvirtd "${1#libvirtd-}"
    return
  fi
  ensure_supervisor
  local request=$$.${EPOCHREALTIME/[.,]/}
  printf '%s\n' "$request" >"$RUN/$1.request.new" && mv "$RUN/$1.request.new" "$RUN/$1.request"
  echo 1<>"$RUN/supervisor.bell" # opened both ways: never blocks
  wait_until 10 "the supervisor to start $1" is_answered "$1" "$request"
}

is_answered() { [ "$(cat "$RUN/$1.answer" 2>/dev/null)" = "$2" ]; }

ensure_supervisor() {
  is_gone supervisor || return 0
  HOLDFAST_PROCESS_OF=$STATE setsid env -u HOLDFAST_COMMAND_OF bash "$ROOT/lab/dev/supervisor.sh" \
    </dev/null >>"$LOG/supervisor.log" 2>&1 &
  disown
  wait_until 10 "the supervisor" is_alive supervisor
}

# stop_process NAME [--kill]: returns when the pid is gone. Fails rather than kill a process that ignores its signal.
stop_process() {
  local name=$1 signal pid
  pid=$(live_pid "$name") || return 0
  if [[ $name == libvirtd-* ]]; then
    "$HOSTS" stop-libvirtd "${name#libvirtd-}" ${2:+"$2"}
  else
    signal=$(end_signal "$pid")
    [ "${2:-}" != --kill ] || signal=KILL
    printf '%(%F %T)T dev: stop %s, pid %s, with SIG%s\n' -1 "$name" "$pid" "$signal" >>"$LOG/$name.log"
    kill -s "$signal" "$pid" 2>/dev/null || true
  fi
  wait_until 40 "$name (pid $pid) to end" is_gone "$name"
}

# end_signal PID: TERM makes PostgreSQL wait for its clients; INT is its fast, clean shutdown.
end_signal() {
  case $(readlink "/proc/$1/exe") in */postgres) say INT ;; *) say TERM ;; esac
}

# await_healthy NAME SECONDS: fails at once, with the end of its log, when the process ends instead.
await_healthy() {
  local deadline=$(($(now_ms) + $2 * 1000))
  until health "$1" >"$RUN/$1.health"; do
    if is_gone "$1" || (($(now_ms) > deadline)); then
      warn "dev: $1 is not healthy: $(cat "$RUN/$1.health"); the end of $LOG/$1.log:"
      tail -n 15 "$LOG/$1.log" >&2 || true
      return 1
    fi
    sleep 0.2
  done
  rm -f "$RUN/$1.health"
}

# marked_pids: what ./dev started for this state, whoever its parent is now: the supervisor and its children with their
# children, and what a killed command left behind. PostgreSQL writes over its environment; its folder is its mark. What
# runs inside a host is the lab script's to end, workers excepted. Never this shell, nor those that called it.
marked_pids() {
  local folder pid ancestors=" $$ $BASHPID " parent=$$ namespace
  namespace=$(readlink /proc/self/ns/net)
  while parent=$(stat_field "$parent" 4) && [ "$parent" -gt 1 ]; do ancestors="$ancestors$parent "; done
  for folder in /proc/[0-9]*; do
    pid=${folder#/proc/}
    if [[ $ancestors == *" $pid "* ]] || ! is_running "$pid"; then continue; fi
    if [ "$(readlink "$folder/cwd" 2>/dev/null)" = "$DATA/postgres" ] || has_environment "$pid" "HOLDFAST_PROCESS_OF=$STATE" \
      || { has_environment "$pid" "HOLDFAST_COMMAND_OF=$STATE" && [ "$(readlink "$folder/ns/net")" = "$namespace" ]; }; then
      printf '%s\n' "$pid"
    fi
  done
}

kill_marked() {
  local pid
  for pid in $(marked_pids); do kill -s KILL "$pid" 2>/dev/null || true; done
}
none_marked() { [ -z "$(marked_pids)" ]; }

# end_leftovers: a command that was killed may have left its children at work; a half-made lab must not grow beside us.
end_leftovers() {
  local pid
  for pid in $(marked_pids); do
    if has_environment "$pid" "HOLDFAST_COMMAND_OF=$STATE"; then kill -s KILL "$pid" 2>/dev/null || true; fi
  done
}
