#!/usr/bin/env bash
# Self-check of the lab: real hosts, a real guest, every fault that the lab can make, and nothing left at the end.
#
#   test-lab.sh                prints one line a check; exit 1 at the first wrong result. Takes about a minute.
#
# Runs beside a lab that is up: it has its own state folder (self-check/ in the state) and its own subnet
# (HOLDFAST_LAB_TEST_SUBNET, default 10.77.250).
set -euo pipefail

LAB_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
REAL_STATE=$(realpath -m "${HOLDFAST_STATE:-$LAB_DIR/../.holdfast}")
IMAGE=$(HOLDFAST_STATE=$REAL_STATE "$LAB_DIR/guest-image.sh")
export HOLDFAST_STATE=$REAL_STATE/self-check HOLDFAST_LAB_SUBNET=${HOLDFAST_LAB_TEST_SUBNET:-10.77.250}
NET=$HOLDFAST_LAB_SUBNET
DISK=/var/lib/holdfast/pools/fast/probe.qcow2
WORK=$(mktemp -d)
# shellcheck source=lab/lib/probe-guest.sh
. "$LAB_DIR/lib/probe-guest.sh"

hosts() { timeout 120 "$LAB_DIR/hosts.sh" "$@"; }
on() { hosts exec "$@"; }
virsh_on() { local host=$1; shift; on "$host" timeout 60 virsh --quiet -c qemu:///system "$@"; }
journal() { "$LAB_DIR/journal.sh" "$@"; }

passed() { printf 'ok   %6.1fs  %s\n' "$(bc_seconds)" "$*"; }
bc_seconds() { awk -v a="$EPOCHREALTIME" -v b="$T0" 'BEGIN { print a - b }'; }
T0=$EPOCHREALTIME

fail() {
  echo "FAIL: $*" >&2
  exit 1
}

finish() {
  local code=$?
  if [[ $code != 0 ]]; then tail -n 5 "$HOLDFAST_STATE"/log/*.log 2>/dev/null || true; fi
  hosts down --wipe || code=1
  rm -rf "$WORK"
  exit "$code"
}

# until_true SECONDS WHAT CMD...: the time bound of every wait.
until_true() {
  local end=$((SECONDS + $1)) what=$2
  shift 2
  until "$@" >/dev/null 2>&1; do
    ((SECONDS < end)) || fail "not in time: $what"
    sleep 0.1
  done
}

# What the lab may never leave behind: network devices, loop devices, mounts, network namespaces, processes. Devices
# of a lab on another subnet come and go meanwhile.
footprint() (
  set +eo pipefail
  IFS=. read -r -a ours <<<"$NET"
  ip -o link | awk -F': ' '{ print "link", $2 }' | grep -vE "link (hf-|v)[0-9a-f]{6}"
  ip -o link | grep -oE "(hf-|v)$(printf '%02x%02x%02x' "${ours[@]}")[^:@]*[:@]" | sed 's/^/lab link /'
  losetup --list --noheadings --output BACK-FILE | grep -F "$HOLDFAST_STATE" | sed 's/^/loop /'
  awk '{ print "mount", $5 }' /proc/self/mountinfo
  ip netns list | sed 's/^/netns /'
  for proc in /proc/[0-9]*; do
    for host in alpha1 beta1; do
      [[ $proc/root/run -ef $HOLDFAST_STATE/lab/$host/run ]] && echo "process in $host: $(tr '\0' ' ' <"$proc/cmdline")"
      tr '\0' ' ' 2>/dev/null <"$proc/cmdline" | grep -F "$HOLDFAST_STATE/lab/$host"
    done
  done
  [[ ! -e /var/lib/holdfast ]] || echo "folder /var/lib/holdfast"
)

same_footprint() {
  footprint | sort >"$WORK/after"
  diff "$WORK/before" "$WORK/after" || fail "$1 left something (lines with >)"
}

check_crashed_up() {
  local delay
  for delay in 0.02 0.1 0.2 0.3 0.45; do
    "$LAB_DIR/hosts.sh" up >/dev/null 2>&1 &
    sleep "$delay"
    kill -KILL "$!" 2>/dev/null || true
    wait "$!" 2>/dev/null || true
    hosts down
    same_footprint "down after up was killed at $delay s"
  done
  passed "down cleans up after an up that was killed halfway, five times"
}

check_up() {
  local start=$EPOCHREALTIME host
  hosts up
  passed "up with two hosts took $(awk -v a="$EPOCHREALTIME" -v b="$start" 'BEGIN { printf "%.1f s", a - b }')"
  hosts up
  [[ $(hosts hosts) == "alpha1 alpha $NET.11 qemu+tcp://$NET.11/system"$'\n'"beta1 beta $NET.21 qemu+tcp://$NET.21/system" ]] || fail "hosts prints: $(hosts hosts)"
  while read -r host _ _ uri; do
    [[ $(timeout 10 virsh -c "$uri" hostname) == "$host" ]] || fail "$uri is not $host"
    [[ $(timeout 10 virsh -q -c "$uri" pool-list --autostart --name | sort | xargs) == "fast plain shared" ]] || fail "pools of $host"
  done < <(hosts hosts)
  [[ $(on alpha1 bash -c 'cp /etc/passwd /var/lib/holdfast/pools/fast/a && cp --reflink=always /var/lib/holdfast/pools/fast/a /var/lib/holdfast/pools/fast/b && echo yes') == yes ]] || fail "fast has no reflinks"
  [[ $(on alpha1 bash -c 'echo $$') =~ ^[0-9]+$ && $(on alpha1 hostname) == alpha1 ]] || fail "exec"
  if HOLDFAST_STATE=$WORK/other hosts up 2>"$WORK/guard"; then fail "a second checkout took the same subnet"; else [[ $? == 3 ]] || fail "guard's exit code"; fi
  grep -qF "$HOLDFAST_STATE" "$WORK/guard" || fail "the guard does not say who: $(cat "$WORK/guard")"
  passed "hosts answer from outside, pools are there, a second checkout is turned away"
}

check_guest() {
  define_network alpha1
  on alpha1 cp "$IMAGE" "$DISK"
  insert_seed alpha1 i-1 web1 $'#cloud-config\nhostname: web1\nssh_authorized_keys:\n  - ssh-ed25519 AAAA lab\n'
  start_probe alpha1
  passed "a guest of type $DOMAIN_TYPE says: $(boot_line alpha1)"
  [[ $(hosts guests) =~ ^alpha1\ probe\ $PROBE_UUID\ running$ ]] || fail "guests prints: $(hosts guests)"
  until_true 20 "agent answers" agent_ping alpha1
  [[ $(on alpha1 curl -s -m 5 http://192.168.77.10/) == web1 ]] || fail "the guest's web page"
  agent alpha1 '{"execute":"guest-network-get-interfaces"}' | grep -q 192.168.77.10 || fail "agent does not know the address"
  [[ $(guest_run alpha1 /bin/cat /root/.ssh/authorized_keys) == "ssh-ed25519 AAAA lab" ]] || fail "no key from the seed"
  [[ $(agent alpha1 '{"execute":"guest-fsfreeze-freeze"}' | jq .return) == 1 ]] || fail "freeze"
  [[ $(agent alpha1 '{"execute":"guest-fsfreeze-thaw"}' | jq .return) == 1 ]] || fail "thaw"
  guest_run alpha1 /bin/sh -c "wget -T 5 -O - http://$NET.21:16509 2>&1; echo >/dev/null | nc -w 3 $NET.21 16509 && echo connected" >"$WORK/nat"
  grep -q connected "$WORK/nat" || fail "the guest does not reach another host through NAT: $(cat "$WORK/nat")"
  passed "agent, name, key, fixed address, freeze and NAT work in the guest"
  until_true 10 "journal grows" journal_beyond alpha1 10
  journal live alpha1 probe | journal check - >"$WORK/j" || fail "journal"
  sed '5d' <(journal live alpha1 probe) | journal check - 2>/dev/null && fail "the journal check takes a gap"
  passed "journal validates: $(cat "$WORK/j")"
}

check_libvirtd_crash() {
  hosts stop-libvirtd alpha1 --kill
  hosts start-libvirtd alpha1
  [[ $(virsh_on alpha1 domstate probe) == running ]] || fail "the guest is gone after libvirtd's crash"
  agent_ping alpha1 || fail "the agent is gone after libvirtd's crash"
  passed "a guest outlives SIGKILL of libvirtd"
}

check_link() {
  hosts link alpha1 down
  if on beta1 timeout 2 bash -c "</dev/tcp/$NET.11/16509" 2>/dev/null; then fail "a cut link carries data"; fi
  [[ $(on alpha1 curl -s -m 5 http://192.168.77.10/) == web1 ]] || fail "the guest does not outlive the partition"
  hosts link alpha1 up
  until_true 5 "the link is back" on beta1 timeout 2 bash -c "</dev/tcp/$NET.11/16509"
  passed "link down partitions, link up mends"
}

check_power_cut() {
  local seen start
  on alpha1 dd if=/dev/zero of=/var/lib/holdfast/pools/fast/unsynced bs=1M count=8 status=none
  journal live alpha1 probe | journal check - >"$WORK/j"
  seen=$(sed 's/.*last=\([0-9]*\).*/\1/' "$WORK/j")
  hosts power-off alpha1
  [[ $(footprint) != *alpha1* ]] || fail "power-off left: $(footprint | grep alpha1)"
  [[ $(hosts guests 2>/dev/null) == '' ]] || fail "a host without power has guests"
  start=$EPOCHREALTIME
  hosts power-on alpha1
  [[ $(virsh_on alpha1 domstate probe) == "shut off" ]] || fail "domain after the cut: $(virsh_on alpha1 domstate probe)"
  [[ $(on alpha1 stat -c %b /var/lib/holdfast/pools/fast/unsynced 2>/dev/null || echo 0) == 0 ]] || fail "the cut loses nothing: it is not a power cut"
  on alpha1 "$LAB_DIR/journal.sh" read "$DISK" >"$WORK/journal"
  journal check "$WORK/journal" >"$WORK/j" || fail "journal after the cut"
  [[ $(sed 's/.*last=\([0-9]*\).*/\1/' "$WORK/j") -ge $seen ]] || fail "a synced line was lost: $(cat "$WORK/j"), seen $seen"
  passed "power cut: every synced line survived ($(cat "$WORK/j"), seen $seen), unsynced data did not"
  insert_seed alpha1 i-2 web2 $'#!/bin/sh\necho "$(hostname) once" >>/data/ran\n'
  boot_probe alpha1 "$DOMAIN_TYPE" || fail "no boot after the cut: $(boot_line alpha1)"
  until_true 20 "agent answers after the cut" agent_ping alpha1
  until_true 10 "journal goes on" journal_beyond alpha1 $((seen + 5))
  journal live alpha1 probe | journal check - >"$WORK/j" || fail "the journal does not resume"
  [[ $(guest_run alpha1 /bin/cat /data/ran) == "web2 once" ]] || fail "the user-data script of a new instance did not run"
  passed "after power-on the guest resumes its journal ($(cat "$WORK/j"))"
}

check_reboot_and_shutdown() {
  agent alpha1 '{"execute":"guest-shutdown","arguments":{"mode":"reboot"}}' >/dev/null 2>&1 || true
  until_true 30 "a second boot" booted_twice alpha1
  until_true 20 "agent answers after the reboot" agent_ping alpha1
  journal live alpha1 probe | journal check - >"$WORK/j" || fail "journal after the reboot"
  [[ $(guest_run alpha1 /bin/cat /data/ran) == "web2 once" ]] || fail "user-data ran twice"
  virsh_on alpha1 shutdown probe --mode acpi >/dev/null
  until_true 20 "ACPI shutdown" probe_is alpha1 "shut off"
  passed "reboot keeps the journal ($(cat "$WORK/j")), the power button shuts down"
}

# Between hosts, live, with its disk; and back to nothing at the source.
check_migration() {
  on beta1 qemu-img create -q -f qcow2 "$DISK" 128M
  on beta1 cp "$WORK/seed.iso" /var/lib/holdfast/pools/fast/seed.iso
  define_network beta1
  virsh_on alpha1 migrate --live --p2p --copy-storage-all --persistent --undefinesource probe "qemu+tcp://$NET.21/system" >/dev/null || fail "migration"
  [[ $(hosts guests) == "beta1 probe $PROBE_UUID running" ]] || fail "guests after the migration: $(hosts guests)"
  until_true 20 "agent answers at the target" agent_ping beta1
  journal live beta1 probe | journal check - >"$WORK/j" || fail "journal after the migration"
  passed "live migration to the other site, disk and all ($(cat "$WORK/j"))"
}

check_deleted_state() {
  hosts up
  rm -rf "$HOLDFAST_STATE"
  hosts down
  same_footprint "down after the state folder was deleted"
  passed "down works after the state folder was deleted"
}

trap finish EXIT
hosts down --wipe
footprint | sort >"$WORK/before"
check_crashed_up
check_up
check_guest
check_libvirtd_crash
check_link
check_power_cut
check_reboot_and_shutdown
boot_probe alpha1 "$DOMAIN_TYPE" || fail "no boot after the shutdown"
check_migration
hosts down
same_footprint "down with a running guest"
hosts down
same_footprint "a second down"
passed "down leaves nothing"
check_deleted_state
