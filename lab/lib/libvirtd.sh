# shellcheck shell=bash
# libvirtd of a host: its configuration, start, stop and storage pools. Sourced by lab/hosts.sh.
#
# Contract with the dev script: $STATE/run/libvirtd-<host>.pid holds the pid, $STATE/log/libvirtd-<host>.log the log.

libvirtd_pid() {
  local pid comm=
  pid=$(cat "$RUN_DIR/libvirtd-$1.pid" 2>/dev/null) && [[ -n $pid ]] || return 1
  [[ /proc/$pid/root/run -ef $LAB_STATE/$1/run ]] || return 1
  read -r comm 2>/dev/null <"/proc/$pid/comm" && [[ $comm == libvirtd ]] || return 1
  echo "$pid"
}

# host_virsh HOST ARGS...: over the unix socket from inside, so it works while the link is cut and whatever the length
# of the state folder's path. Never hangs.
host_virsh() {
  local pid
  pid=$(holder_pid "$1") || return 1
  shift
  timeout 30 nsenter --target "$pid" --net --mount --uts virsh --quiet --connect qemu:///system "$@"
}

write_libvirt_conf() {
  local host=$1 address=$2 etc=$LAB_STATE/$1/etc-libvirt digest
  mkdir -p "$etc/qemu" "$etc/storage"
  # From the name alone: the same host after every power cut, and never that of its neighbour (migration refuses that).
  digest=$(printf 'holdfast-lab/%s' "$host" | md5sum)
  cat >"$etc/libvirtd.conf" <<CONF
listen_tls = 0
listen_tcp = 1
listen_addr = "$address"
auth_tcp = "none"
auth_unix_rw = "none"
host_uuid = "${digest:0:8}-${digest:8:4}-4${digest:13:3}-8${digest:17:3}-${digest:20:12}"
log_outputs = "3:stderr"
CONF
  cat >"$etc/qemu.conf" <<CONF
security_driver = "none"
user = "root"
group = "root"
remember_owner = 0
namespaces = []
stdio_handler = "file"
cgroup_controllers = []
migration_host = "$address"
CONF
  echo 'uri_default = "qemu:///system"' >"$etc/libvirt.conf"
  # The filters that the package ships (clean-traffic and its parts).
  if [[ ! -d $etc/nwfilter && -d /etc/libvirt/nwfilter ]]; then cp -r /etc/libvirt/nwfilter "$etc/nwfilter"; fi
}

libvirtd_answers() { host_virsh "$1" uri >/dev/null 2>&1; }

libvirtd_answers_or_died() { ! libvirtd_pid "$1" >/dev/null || libvirtd_answers "$1"; }

start_libvirtd() {
  local host=$1 pid log=$LOG_DIR/libvirtd-$1.log
  pid=$(holder_pid "$host") || die 1 "$host is powered off"
  if ! libvirtd_pid "$host" >/dev/null; then
    (
      exec 9>&- </dev/null >>"$log" 2>&1
      echo "$BASHPID" >"$RUN_DIR/libvirtd-$host.pid"
      exec env -i PATH="$PATH" LC_ALL=C.UTF-8 setsid nsenter --target "$pid" --net --mount --uts --wdns=/ libvirtd --listen
    ) &
    # Until nsenter has become libvirtd the pid is not its yet.
    await 5 libvirtd_pid "$host" >/dev/null || die 1 "$host: libvirtd ended at once: $(tail -n 3 "$log")"
  fi
  await 30 libvirtd_answers_or_died "$host" && libvirtd_pid "$host" >/dev/null ||
    die 1 "$host: libvirtd does not answer: $(tail -n 3 "$log")"
}

stop_libvirtd() {
  local host=$1 signal=TERM pid
  [[ $2 == --kill ]] && signal=KILL
  if pid=$(libvirtd_pid "$host"); then
    kill -s "$signal" "$pid" 2>/dev/null || true
    await 20 libvirtd_is_gone "$host" || die 1 "$host: libvirtd $pid ignores SIG$signal"
  fi
  rm -f "$RUN_DIR/libvirtd-$host.pid"
}

libvirtd_is_gone() { ! libvirtd_pid "$1" >/dev/null; }

# Defined once; afterwards libvirt starts them by itself at every boot of the host.
ensure_pools() {
  local host=$1 known pool folder
  known=$(host_virsh "$host" pool-list --all --name)
  for pool in fast plain shared; do
    if ! grep -qw "$pool" <<<"$known"; then
      folder=$POOLS/$pool
      [[ $pool != shared ]] || folder+=/$host
      host_virsh "$host" "pool-define-as $pool dir --target $folder; pool-autostart $pool; pool-start $pool" >/dev/null
    fi
  done
  [[ $(host_virsh "$host" pool-list --name | grep -cwE 'fast|plain|shared') == 3 ]] || die 1 "$host: a pool is not active"
}
