#!/usr/bin/env bash
# Real hypervisor hosts on one machine: each is a network, mount and UTS namespace with its own libvirtd.
#
#   hosts.sh up [--hosts-per-site N]      sites alpha and beta; idempotent; heals what was powered off or cut
#   hosts.sh down [--wipe]                stops what up started, after any crash too; --wipe forgets the disks
#   hosts.sh hosts                        one line a host: name site address libvirt-uri
#   hosts.sh guests                       one line a domain: host name uuid state
#   hosts.sh power-off H | power-on H     a power cut (what was not synced is lost), and the boot after it
#   hosts.sh power H                      says "on" or "off"
#   hosts.sh link H up|down               the host's cable
#   hosts.sh bmc H on|off                 whether fence-agent.sh reaches its board controller; off at first
#   hosts.sh watchdog H on|off            whether it has one, $STATE/lab/H/watchdog, which a worker that starts then feeds
#   hosts.sh start-libvirtd H             starts it and waits until it answers
#   hosts.sh stop-libvirtd H [--kill]     --kill is SIGKILL; guests run on either way
#   hosts.sh exec H CMD...                becomes CMD (same pid) inside the host
#
# Environment: HOLDFAST_STATE (default <checkout>/.holdfast), HOLDFAST_LAB_SUBNET (default 10.77.0).
# Exit: 0 done, 1 failed, 2 wrong use, 3 another checkout holds the subnet.
set -euo pipefail

LAB_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
# shellcheck source=lab/lib/common.sh
. "$LAB_DIR/lib/common.sh"
# shellcheck source=lab/lib/network.sh
. "$LAB_DIR/lib/network.sh"
# shellcheck source=lab/lib/libvirtd.sh
. "$LAB_DIR/lib/libvirtd.sh"
# shellcheck source=lab/lib/host.sh
. "$LAB_DIR/lib/host.sh"

usage() {
  sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2
  exit 2
}

cmd_up() {
  local per_site=1 host failed=0 pid
  local -a jobs=()
  while [[ $# -gt 0 ]]; do
    case $1 in
      --hosts-per-site) per_site=${2:-}; shift 2 || usage ;;
      *) usage ;;
    esac
  done
  [[ $per_site =~ ^[1-9]$ ]] || die 2 "--hosts-per-site takes 1 to 9"
  need_tools
  lock_lab
  claim_bridge
  write_members "$per_site"
  write_names_file
  while read -r host _; do
    rm -f "$LAB_STATE/$host/link-down"
    host_up "$host" &
    jobs+=("$!")
  done < <(members)
  for pid in "${jobs[@]}"; do wait "$pid" || failed=1; done
  [[ $failed == 0 ]] || die 1 "not every host came up; see $LOG_DIR"
}

cmd_down() {
  local dir host
  [[ ${1:-} == '' || ${1:-} == --wipe ]] || usage
  lock_lab
  local -a dirs=()
  # By their processes too: the state folder may have been deleted under a running lab.
  mapfile -t dirs < <({ find "$LAB_STATE" -mindepth 1 -maxdepth 1 -type d; find_holders | sed "s|^[0-9]* |$LAB_STATE/|"; } | sort -u)
  [[ ${#dirs[@]} == 0 ]] || stop_processes "${dirs[@]}"
  for dir in ${dirs[@]+"${dirs[@]}"}; do
    host=${dir##*/}
    await 10 no_loop_device "$dir" || detach_loops "$dir"
    await 10 veth_is_gone "$host" || ip link delete "$(veth_of "$host")"
    clear_run_state "$host"
  done
  release_bridge
  rm -f "$LAB_STATE/members"
  [[ ${1:-} != --wipe ]] || rm -rf "$LAB_STATE" "$STORAGE"
}

cmd_hosts() {
  local host site address
  while read -r host site address; do
    echo "$host $site $address qemu+tcp://$address/system"
  done < <(members)
}

cmd_guests() {
  local host
  while read -r host _; do
    if ! libvirtd_pid "$host" >/dev/null; then
      echo "hosts.sh: $host: no libvirtd, its guests are not listed" >&2
      continue
    fi
    host_virsh "$host" "list --all --uuid --name; domstats --state --nowait" | awk -v host="$host" '
      BEGIN { split("running blocked paused shutting-down shut-off crashed suspended", states, " ") }
      /^[0-9a-f-]+ +[^ ]/ && $1 ~ /^[0-9a-f]+-[0-9a-f-]+$/ { uuid[$2] = $1; next }
      /^Domain:/ { name = $2; gsub(/\047/, "", name); next }
      /state\.state=/ { split($1, kv, "="); print host, name, uuid[name], (kv[2] in states ? states[kv[2]] : "no-state") }'
  done < <(members)
}

cmd_exec() {
  local host=${1:-} pid
  [[ $# -ge 2 ]] || usage
  shift
  pid=$(holder_pid "$host") || die 1 "$host is powered off"
  exec nsenter --target "$pid" --net --mount --uts --wdns="$PWD" -- "$@"
}

command=${1:-}
[[ $# -gt 0 ]] && shift
[[ $EUID == 0 ]] || die 2 "the lab needs root: namespaces, loop devices, libvirtd"
case $command in
  up) cmd_up "$@" ;;
  down) cmd_down "$@" ;;
  hosts) cmd_hosts ;;
  guests) cmd_guests ;;
  exec) need_member "${1:-}"; cmd_exec "$@" ;;
  power-off) need_member "${1:-}"; lock_lab; power_off "$1" ;;
  power-on) need_member "${1:-}"; need_tools; lock_lab; host_up "$1" ;;
  link)
    need_member "${1:-}"
    [[ ${2:-} == up || ${2:-} == down ]] || usage
    lock_lab
    set_link "$1" "$2"
    ;;
  bmc)
    need_member "${1:-}"
    case ${2:-} in
      on) : >"$LAB_STATE/$1/bmc" ;;
      off) rm -f "$LAB_STATE/$1/bmc" ;;
      *) usage ;;
    esac
    ;;
  watchdog)
    need_member "${1:-}"
    rm -f "$LAB_STATE/$1/watchdog"
    case ${2:-} in
      on)
        mkfifo "$LAB_STATE/$1/watchdog"
        setsid "$LAB_DIR/watchdog.sh" "$1" "$LAB_STATE/$1/watchdog" "$WATCHDOG_SECONDS" \
          </dev/null >>"$LOG_DIR/watchdog-$1.log" 2>&1 &
        ;;
      off) ;;
      *) usage ;;
    esac
    ;;
  power) need_member "${1:-}"; if holder_pid "$1" >/dev/null; then echo on; else echo off; fi ;;
  start-libvirtd) need_member "${1:-}"; lock_lab; start_libvirtd "$1" ;;
  stop-libvirtd)
    need_member "${1:-}"
    [[ ${2:-} == '' || ${2:-} == --kill ]] || usage
    lock_lab
    stop_libvirtd "$1" "${2:-}"
    ;;
  *) usage ;;
esac
