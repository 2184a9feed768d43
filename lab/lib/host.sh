# shellcheck shell=bash
# A host's life: first boot, power cut, boot again, and the end of all of them. Sourced by lab/hosts.sh.
#
# $STATE/lab/<host>/ is the machine: disks/ (its two disks), run/ (lost at power-off), var-lib/, etc-libvirt/, ...
# The loop devices are set to clear themselves: they go when the last process of the mount namespace is dead.

DISK_SIZE=20G

host_up() {
  local host=$1 dir=$LAB_STATE/$1 pid
  if ! pid=$(holder_pid "$host"); then
    # Whatever a crash left without its holder must not live on beside the new machine.
    [[ ! -d $dir ]] || power_off "$host"
    make_disks "$host"
    write_libvirt_conf "$host" "$(address_of "$host")"
    unshare --net --mount --uts --propagation slave \
      bash "$LAB_DIR/host-init.sh" "$host" "$dir" "$LAB_STATE/etc-hosts" "$POOLS" "$STORAGE" ||
      die 1 "$host: cannot make its namespaces"
    pid=$(holder_pid "$host") || die 1 "$host: its holder died"
  fi
  plug_host "$host" "$pid"
  if [[ -e $dir/link-down ]]; then set_link "$host" down; else set_link "$host" up; fi
  start_libvirtd "$host"
  ensure_pools "$host"
}

make_disks() {
  local disks=$LAB_STATE/$1/disks
  mkdir -p "$disks"
  make_disk "$disks/fast.img" mkfs.xfs -q -m reflink=1
  make_disk "$disks/plain.img" mkfs.ext4 -q -E lazy_itable_init=1,lazy_journal_init=1 -m 0
}

# Renamed when complete: a half-made file system is never taken for a disk.
make_disk() {
  local file=$1
  shift
  [[ ! -e $file ]] || return 0
  rm -f "$file.new"
  truncate -s "$DISK_SIZE" "$file.new"
  "$@" "$file.new"
  mv "$file.new" "$file"
}

# A power cut: everything stops at one moment, and what was not synced to the disks is lost. Frozen first, so that no
# guest sees the disk errors of a dying file system; then the file systems are shut without writing their logs.
power_off() {
  local host=$1 dir=$LAB_STATE/$1 pid
  local -a pids
  mapfile -t pids < <(host_pids "$dir")
  if [[ ${#pids[@]} -gt 0 ]]; then
    kill -STOP "${pids[@]}" 2>/dev/null || true
    for pid in "${pids[@]}"; do
      [[ /proc/$pid/root/run -ef $dir/run ]] || continue
      cut_disk "$dir" "/proc/$pid/root$POOLS/fast"
      cut_disk "$dir" "/proc/$pid/root$POOLS/plain"
      break
    done
  fi
  await 15 kill_all "$dir" || die 1 "$host: some processes do not die: $(host_pids "$dir" | paste -sd' ')"
  await 10 no_loop_device "$dir" || die 1 "$host: its disks stay attached"
  # A connection that was cut with its cable keeps the namespace, and so the link, for minutes.
  await 10 veth_is_gone "$host" || ip link delete "$(veth_of "$host")"
  clear_run_state "$host"
}

# The file system's own emergency stop: FS_IOC_GOINGDOWN with NOLOGFLUSH (2), the same number for XFS and ext4. Only on
# a loop device whose file is this host's: on any other path it would stop the machine's own disk.
cut_disk() {
  local dir=$1 path=$2 device backing=
  device=$(stat --format %Hd:%Ld "$path") || return 0
  read -r backing 2>/dev/null <"/sys/dev/block/$device/loop/backing_file" || true
  if [[ $backing != "$dir/disks/"* ]] ||
    ! perl -e 'open my $d, "<", $ARGV[0] or die "$!"; my $how = pack("L", 2); ioctl($d, 0x8004587d, $how) // die "$!"' "$path"; then
    echo "hosts.sh: $path was not cut, only closed" >&2
  fi
}

kill_all() {
  local -a pids
  mapfile -t pids < <(host_pids "$@")
  [[ ${#pids[@]} -gt 0 ]] || return 0
  kill -KILL "${pids[@]}" 2>/dev/null || true
  no_process "$@"
}

# For `down`: ask first (QEMU then closes its images in order), the holders last, insist after five seconds.
stop_processes() {
  local pid holders=' '
  local -a ask=()
  holders+="$(find_holders | cut -d' ' -f1 | paste -sd' ') "
  while read -r pid; do
    [[ $holders == *" $pid "* ]] || ask+=("$pid")
  done < <(host_pids "$@")
  if [[ ${#ask[@]} -gt 0 ]]; then
    kill -TERM "${ask[@]}" 2>/dev/null || true
    kill -CONT "${ask[@]}" 2>/dev/null || true
    await 5 only_holders_left "$holders" "$@" || true
  fi
  await 15 kill_all "$@" || die 1 "some processes do not die: $(host_pids "$@" | paste -sd' ')"
}

only_holders_left() {
  local holders=$1 pid
  shift
  while read -r pid; do
    [[ $holders == *" $pid "* ]] || return 1
  done < <(host_pids "$@")
}

loops_of() {
  local file backing
  for file in /sys/block/loop*/loop/backing_file; do
    backing=
    { read -r backing <"$file"; } 2>/dev/null || continue
    if [[ $backing == "$1/disks/"* ]]; then file=${file#/sys/block/}; echo "/dev/${file%%/*}"; fi
  done
}

no_loop_device() { [[ -z $(loops_of "$1") ]]; }

detach_loops() {
  local device
  for device in $(loops_of "$1"); do losetup --detach "$device" || die 1 "$device stays attached to $1"; done
}

# As a reboot does; a libvirtd that reads the state of dead guests drops their domains.
clear_run_state() {
  [[ ! -d $LAB_STATE/$1/run ]] || find "$LAB_STATE/$1/run" -mindepth 1 -delete
  rm -f "$LAB_STATE/$1/holder.pid" "$RUN_DIR/libvirtd-$1.pid"
}
