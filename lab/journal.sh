#!/usr/bin/env bash
# Says which lines of a test guest's journal survived (lab/guest/journal writes it and defines the checksum).
#
#   journal.sh check FILE|-        prints "lines=N first=N last=N last_ms=MS"; exit 1 and the first bad line when a
#                                  line is torn, missing, repeated or altered. A torn last line is told, not failed
#   journal.sh read DISK           the journal from a disk of a guest that is not running (qcow2 or raw; the file is
#                                  not changed, the file system's own log is replayed on a copy)
#   journal.sh live HOST DOMAIN    the journal of a running guest, through its agent
set -euo pipefail
LAB_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)

usage() { sed -n '2,/^set /{/^#/s/^# \{0,1\}//p}' "${BASH_SOURCE[0]}" >&2; exit 2; }

check() {
  local line n ms had sum=2166136261 want=1 first=0 last_ms=0 torn=0
  while IFS= read -r line || { [[ -n $line ]] && torn=1; }; do
    [[ $torn == 0 ]] || { echo "journal.sh: torn last line: $line" >&2; break; }
    read -r n ms had _ <<<"$line"
    [[ $line =~ ^[0-9]+\ [0-9]+\ [0-9]+$ && $n == "$want" ]] || { echo "journal.sh: expected line $want, found: $line" >&2; return 1; }
    sum=$((((sum ^ n) * 16777619) & 4294967295))
    sum=$((((sum ^ (ms & 4294967295)) * 16777619) & 4294967295))
    [[ $sum == "$had" ]] || { echo "journal.sh: line $n does not follow from the one before it: $line" >&2; return 1; }
    first=1 last_ms=$ms want=$((n + 1))
  done
  echo "lines=$((want - 1)) first=$first last=$((want - 1)) last_ms=$last_ms"
}

# The second partition, where lab/guest-image.sh put it.
read_disk() {
  local disk=$1 dir
  dir=$(mktemp -d)
  # shellcheck disable=SC2064 # the folder's name of now
  trap "rm -rf '$dir'" EXIT
  qemu-img dd -U -O raw bs=1M skip=32 count=127 if="$disk" of="$dir/data" 2>"$dir/log" || { cat "$dir/log" >&2; return 1; }
  truncate -s 95M "$dir/data"
  e2fsck -fp "$dir/data" >"$dir/log" 2>&1 || [[ $? -le 1 ]] || { cat "$dir/log" >&2; return 1; }
  debugfs -R 'dump /journal '"$dir/journal" "$dir/data" 2>/dev/null
  cat "$dir/journal"
}

# guest-exec, and its output when it has ended.
live() {
  local host=$1 domain=$2 pid answer
  agent() { timeout 20 "$LAB_DIR/hosts.sh" exec "$host" virsh --quiet -c qemu:///system qemu-agent-command "$domain" "$1"; }
  pid=$(agent '{"execute":"guest-exec","arguments":{"path":"/bin/cat","arg":["/data/journal"],"capture-output":true}}' | jq .return.pid)
  for _ in {1..100}; do
    answer=$(agent '{"execute":"guest-exec-status","arguments":{"pid":'"$pid"'}}')
    if [[ $(jq .return.exited <<<"$answer") == true ]]; then
      jq -r '.return["out-data"]' <<<"$answer" | base64 -d
      return
    fi
    sleep 0.05
  done
  return 1
}

case ${1:-} in
  check) [[ $# == 2 ]] || usage; if [[ $2 == - ]]; then check; else check <"$2"; fi ;;
  read) [[ $# == 2 ]] || usage; read_disk "$2" ;;
  live) [[ $# == 3 ]] || usage; live "$2" "$3" ;;
  *) usage ;;
esac
