#!/usr/bin/env bash
# The parent of postgres, temporal, engine and the workers, in a session of its own: a closed terminal ends nothing.
# Starts what run/NAME.request asks for; run/supervisor.bell, a FIFO, only wakes it, and it ends when that is gone. A child
# that ends stays down until somebody asks: the end is written to both logs and to run/NAME.exit. When this process dies,
# the next ./dev start makes another, which watches the old one's children by their pid files.
set -u
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/process.sh"

exec 8>"$RUN/supervisor.lock"
flock --nonblock 8 || exit 0
[ -p "$RUN/supervisor.bell" ] || { rm -f "$RUN/supervisor.bell" && mkfifo -m 600 "$RUN/supervisor.bell"; }
exec 7<>"$RUN/supervisor.bell"
record_process supervisor $$

note() { printf '%(%F %T)T supervisor: %s\n' -1 "$*"; }

# start NAME REQUEST: run/NAME.answer tells the caller that it was done; whether the process lives it sees for itself.
start() {
  local name=$1 pid
  if is_gone "$name"; then
    note_end "$name"
    rm -f "$RUN/$name.exit"
    bash "$ROOT/lab/dev/launch.sh" "$name" </dev/null >>"$LOG/$name.log" 2>&1 7>&- 8>&- &
    pid=$!
    record_process "$name" "$pid" || true # it may have ended already: note_end will say so
    CHILDREN[$name]=$pid
    note "started $name, pid $pid" | tee -a "$LOG/$name.log"
  fi
  printf '%s\n' "$2" >"$RUN/$name.answer"
}

# note_end NAME: if it has ended, and nobody wrote that down yet.
note_end() {
  local pid=${CHILDREN[$1]:-} code=unknown
  if [ -n "$pid" ]; then
    ! is_running "$pid" || return 0
    code=0
    wait "$pid" || code=$?
    unset "CHILDREN[$1]"
  elif [ ! -f "$RUN/$1.pid" ] || [ -f "$RUN/$1.exit" ] || is_alive "$1"; then
    return 0
  fi
  printf '%(%F %T)T %s\n' -1 "$code" >"$RUN/$1.exit"
  note "$1 ended, exit status $code" | tee -a "$LOG/$1.log"
}

look_after() {
  local name
  for name in $(process_names) "${!CHILDREN[@]}"; do
    [[ $name == libvirtd-* ]] || note_end "$name"
  done
}

declare -A CHILDREN=()
note "watches $STATE, pid $$"
while [ -p "$RUN/supervisor.bell" ]; do
  for file in "$RUN"/*.request; do
    if { read -r request <"$file" && rm "$file"; } 2>/dev/null; then
      file=${file##*/}
      start "${file%.request}" "$request"
    fi
  done
  look_after
  read -r -t 0.5 -u 7 _ || true
done
note "ends"
