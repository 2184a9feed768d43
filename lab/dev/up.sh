# shellcheck shell=bash
# ./dev up and down, and the commands for one process. up may be killed at any line and called again: each step looks at
# what is there. down needs nothing but the state folder and /proc.

up() {
  local hosts_per_site=1 name
  case "$# ${1:-}" in
    '0 ') ;;
    '2 --hosts-per-site') [[ $2 =~ ^[1-9][0-9]*$ ]] || wrong_call "--hosts-per-site takes a number"; hosts_per_site=$2 ;;
    *) wrong_call "up takes --hosts-per-site N only" ;;
  esac
  setup
  claim_command up
  lab_up "$hosts_per_site"
  choose_settings
  make_keys
  make_signing_key
  local hosts=()
  mapfile -t hosts < <(lab_hosts | cut -d' ' -f1)
  [ ${#hosts[@]} -gt 0 ] || die "the lab has no hosts; see $LOG/lab-up.log"
  make_certificates

  # JVMs take most of the time: the workers start while the engine's command makes the token.
  start_process postgres
  start_process temporal
  make_guest_image &
  local image=$!
  await_healthy temporal 60
  for name in "${hosts[@]}"; do start_process "worker-$name"; done
  await_healthy postgres 60
  make_environment
  start_process engine
  await_healthy engine 120
  for name in "${hosts[@]}"; do await_healthy "worker-$name" 60; done
  wait $image || { tail -n 20 "$LOG/guest-image.log" >&2; die "the guest image was not built; see $LOG/guest-image.log"; }
  read_environment
  register
  release_command
  say "up: $HOLDFAST_URL, Temporal's pages at $TEMPORAL_UI, the token in $STATE/env"
}

make_guest_image() { "$ROOT/lab/guest-image.sh" "$CACHE/guest.qcow2" >"$LOG/guest-image.log" 2>&1; }

# hosts.sh says itself who holds the lab's subnet, and ends 3 then.
lab_up() {
  local code=0
  "$HOSTS" up --hosts-per-site "$1" >"$LOG/lab-up.log" 2>&1 || code=$?
  if [ $code -ne 0 ]; then
    tail -n 15 "$LOG/lab-up.log" >&2
    release_command
    exit $code
  fi
}

# down: the processes in good order, then whatever a killed command left, then the hosts. Without its hosts the inventory
# describes nothing, so their disks and data go; tools, caches and logs stay.
down() {
  local names=()
  make_folders
  claim_command down
  # Those that talk to Temporal and PostgreSQL end first: without an answer their last words would take their full time.
  mapfile -t names < <(process_names | grep -vE '^(libvirtd-.*|temporal|postgres)$')
  stop_all "${names[@]}"
  stop_all temporal postgres
  kill_marked
  wait_until 10 "the last processes to end" none_marked || exit 1
  if [ -x "$HOSTS" ]; then "$HOSTS" down --wipe || die "the lab did not come down"; fi
  rm -rf "$DATA" "$RUN" "$STATE/env" "$STATE/env.new"
  release_command
  say "down: nothing of $STATE runs; logs are in $LOG"
}

# stop_all NAME...: all at once.
stop_all() {
  local name pids=()
  for name in "$@"; do
    stop_for_good "$name" &
    pids+=($!)
  done
  [ ${#pids[@]} -eq 0 ] || wait "${pids[@]}" || true
}

stop_for_good() {
  local pid
  pid=$(live_pid "$1") || return 0
  kill -s "$(end_signal "$pid")" "$pid" 2>/dev/null || true
  wait_until 15 "$1 to end; it is killed now" is_gone "$1" || kill -s KILL "$pid" 2>/dev/null || true
}

# claim_command NAME: one up or down at a time. Whoever was killed holds nothing.
claim_command() {
  (
    flock 9
    if is_alive command && [ "$(cat "$RUN/command.pid")" != $$ ]; then
      warn "dev: ./dev $(cat "$RUN/command.name") runs already, pid $(cat "$RUN/command.pid")"
      exit 3
    fi
    printf '%s\n' "$1" >"$RUN/command.name"
    record_process command $$
  ) 9>"$STATE/lock" || exit $?
  end_leftovers
  export HOLDFAST_COMMAND_OF=$STATE
}

release_command() {
  rm -f "$RUN"/command.*
  unset HOLDFAST_COMMAND_OF
}

start_command() {
  make_folders
  find_jdk || die "there is no JDK; ./dev setup installs one"
  read_settings || die "nothing is up; ./dev up starts everything"
  require_known "$1"
  start_process "$1"
  await_healthy "$1" 120
  say "$1 is healthy, pid $(live_pid "$1")"
}

stop_command() {
  if [ $# -gt 2 ] || [ "${2:---kill}" != --kill ]; then wrong_call "stop takes a NAME and --kill only"; fi
  read_settings || die "nothing is up"
  require_known "$1"
  is_alive "$1" || { say "$1 was not running"; return; }
  stop_process "$@"
  say "$1 is gone"
}

lab_command() {
  case "${1:-}" in
    up | down | hosts | guests | power | power-off | power-on | bmc | watchdog | link | exec) ;;
    *) wrong_call "lab takes up, down, hosts, guests, power, power-off, power-on, bmc, watchdog or link" ;;
  esac
  if [ "$1" = up ]; then require_debian; make_folders; install_packages; fi
  "$HOSTS" "$@" || exit $?
  # The boot of a host starts its worker, as a unit would; a host of the bare lab has none.
  if [ "$1" = power-on ] && [ -f "$RUN/worker-${2:-}.pid" ]; then start_process "worker-$2"; fi
}
