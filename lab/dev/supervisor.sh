#!/usr/bin/env bash
# The parent of postgres, temporal, engine and the workers, in a session of its own: a closed terminal ends nothing.
# Reads "start NAME" and "quit" lines from run/supervisor.fifo. A child that ends stays down until somebody asks: the end
# is written to both logs and to run/NAME.exit. When this process dies, the next ./dev command starts another, which
# watches the old one's children by their pid files.
set -u
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/process.sh"

exec 8>"$RUN/supervisor.lock"
flock --nonblock 8 || exit 0
[ -p "$RUN/supervisor.fifo" ] || { rm -f "$RUN/supervisor.fifo" && mkfifo -m 600 "$RUN/supervisor.fifo"; }
exec 7<>"$RUN/supervisor.fifo"
record_process supervisor $$

note() { printf '%(%F %T)T supervisor: %s\n' -1 "$*"; }

start() {
  local name=$1 pid
  if is_alive "$name"; then return; fi
  rm -f "$RUN/$name.exit"
  HOLDFAST_PROCESS="$name@$STATE" bash "$ROOT/lab/dev/launch.sh" "$name" </dev/null >>"$LOG/$name.log" 2>&1 7>&- 8>&- &
  pid=$!
  record_process "$name" "$pid" || true # it may have ended already: look_after says so
  CHILDREN[$name]=$pid
  note "started $name, pid $pid" | tee -a "$LOG/$name.log"
}

look_after() {
  local name pid code
  for name in $(process_names) "${!CHILDREN[@]}"; do
    if [[ $name == libvirtd-* ]] || [ -f "$RUN/$name.exit" ] || is_alive "$name"; then continue; fi
    pid=${CHILDREN[$name]:-} code=unknown
    if [ -n "$pid" ]; then
      code=0
      wait "$pid" || code=$?
    elif [ ! -f "$RUN/$name.pid" ]; then # a start is on its way
      continue
    fi
    unset "CHILDREN[$name]"
    printf '%(%F %T)T %s\n' -1 "$code" >"$RUN/$name.exit"
    note "$name ended, exit status $code" | tee -a "$LOG/$name.log"
  done
}

declare -A CHILDREN=()
note "watches $STATE, pid $$"
while [ -p "$RUN/supervisor.fifo" ]; do
  request='' name=''
  read -r -t 0.5 -u 7 request name || true
  case $request in
    start) start "$name" ;;
    quit) break ;;
  esac
  look_after
done
note "ends"
