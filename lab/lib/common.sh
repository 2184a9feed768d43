# shellcheck shell=bash
# Names, state, waiting and process identification of the lab. Sourced by lab/hosts.sh, which sets LAB_DIR.
#
# A process belongs to a host when its /run is the host's own folder, or when it shares the network namespace of the
# host's holder. Both are read from /proc at the moment of use: no recorded pid is trusted, so nothing foreign is
# killed after a crash, a reboot or a reused pid.

SUBNET=${HOLDFAST_LAB_SUBNET:-10.77.0}
[[ $SUBNET =~ ^([0-9]{1,3})\.([0-9]{1,3})\.([0-9]{1,3})$ ]] || { echo "HOLDFAST_LAB_SUBNET: three numbers, like 10.77.0" >&2; exit 2; }
SUBNET_HEX=$(printf '%02x%02x%02x' "${BASH_REMATCH[@]:1}")
STATE=$(realpath -m "${HOLDFAST_STATE:-$LAB_DIR/../.holdfast}")
LAB_STATE=$STATE/lab
RUN_DIR=$STATE/run
LOG_DIR=$STATE/log
WATCHDOG_SECONDS=6
BRIDGE=hf-$SUBNET_HEX
POOLS=/var/lib/holdfast/pools
STORAGE=$STATE/storage

die() {
  local code=$1
  shift
  echo "hosts.sh: $*" >&2
  exit "$code"
}

need_tools() {
  local tool
  for tool in ip libvirtd virsh qemu-img dnsmasq iptables mkfs.xfs mkfs.ext4 unshare nsenter perl; do
    command -v "$tool" >/dev/null || die 2 "missing $tool; ./dev setup installs it"
  done
}

# One command at a time. Descriptor 9 is inherited by our short helpers, so that after a SIGKILL of `up` the next
# `down` waits for its orphans to end; what lives on (holder, libvirtd) closes it.
lock_lab() {
  mkdir -p "$LAB_STATE" "$RUN_DIR" "$LOG_DIR"
  exec 9>"$LAB_STATE/.lock"
  flock -w 120 9 || die 1 "another lab command has held $LAB_STATE/.lock for two minutes"
}

# await SECONDS CMD...: true as soon as CMD is; false when it never was.
await() {
  local end=$((SECONDS + $1))
  shift
  until "$@"; do
    ((SECONDS < end)) || return 1
    sleep 0.05
  done
}

# Members: "name site address" of every host of the running lab.
members() { cat "$LAB_STATE/members" 2>/dev/null || true; }

write_members() {
  local per_site=$1 n
  {
    members
    for ((n = 1; n <= per_site; n++)); do
      echo "alpha$n alpha $SUBNET.1$n"
      echo "beta$n beta $SUBNET.2$n"
    done
  } | sort -u >"$LAB_STATE/members.new"
  mv "$LAB_STATE/members.new" "$LAB_STATE/members"
}

need_member() {
  [[ -n $1 ]] || usage
  [[ -n $(address_of "$1") ]] || die 2 "no host '$1' in the lab: $(members | cut -d' ' -f1 | paste -sd' ')"
}

address_of() { members | awk -v host="$1" '$1 == host { print $3 }'; }

# Every possible host by name, so that the file need not change while it is bind-mounted in a host.
write_names_file() {
  local n
  {
    echo "127.0.0.1 localhost"
    echo "$SUBNET.1 holdfast-control"
    for ((n = 1; n <= 9; n++)); do echo "$SUBNET.1$n alpha$n"; done
    for ((n = 1; n <= 9; n++)); do echo "$SUBNET.2$n beta$n"; done
  } >"$LAB_STATE/etc-hosts"
}

# The holder keeps a host's namespaces while libvirtd is down. Its command line names the host's folder, so it is found
# even when the state folder was deleted under it.
is_holder() {
  local -a cmdline=()
  mapfile -d '' -t cmdline 2>/dev/null <"/proc/$1/cmdline" || return 1
  [[ ${cmdline[0]:-} == "holdfast-host $2 $LAB_STATE/$2" ]]
}

holder_pid() {
  local pid=
  read -r pid 2>/dev/null <"$LAB_STATE/$1/holder.pid" || true
  [[ -n $pid ]] && is_holder "$pid" "$1" && echo "$pid"
}

# "pid host" of every holder of this lab.
find_holders() {
  local proc
  local -a cmdline
  for proc in /proc/[0-9]*; do
    cmdline=()
    mapfile -d '' -t cmdline 2>/dev/null <"$proc/cmdline" || continue
    if [[ ${cmdline[0]:-} =~ ^holdfast-host\ ([a-z0-9]+)\ (.*)$ && ${BASH_REMATCH[2]} == "$LAB_STATE/${BASH_REMATCH[1]}" ]]; then
      echo "${proc#/proc/} ${BASH_REMATCH[1]}"
    fi
  done
}

# host_pids DIR...: the processes of these hosts, libvirtd first (it must not see its guests die before it does).
host_pids() {
  local proc dir holder comm
  local -a found=() others=() holders=()
  while read -r holder comm; do
    for dir in "$@"; do [[ $dir != "$LAB_STATE/$comm" ]] || holders+=("$holder"); done
  done < <(find_holders)
  for proc in /proc/[0-9]*; do
    [[ $proc/ns/net -ef /proc/self/ns/net ]] && continue
    for dir in "$@"; do
      if [[ $proc/root/run -ef $dir/run ]]; then found+=("${proc#/proc/}"); continue 2; fi
    done
    for holder in ${holders[@]+"${holders[@]}"}; do
      if [[ $proc/ns/net -ef /proc/$holder/ns/net ]]; then found+=("${proc#/proc/}"); continue 2; fi
    done
  done
  for proc in ${found[@]+"${found[@]}"}; do
    comm=
    read -r comm 2>/dev/null <"/proc/$proc/comm" || continue
    if [[ $comm == libvirtd ]]; then echo "$proc"; else others+=("$proc"); fi
  done
  [[ ${#others[@]} == 0 ]] || printf '%s\n' "${others[@]}"
}

no_process() { [[ -z $(host_pids "$@") ]]; }
