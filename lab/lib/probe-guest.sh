# shellcheck shell=bash
# The guest that lab/test-lab.sh probes the hosts with, and questions to it. Sourced by lab/test-lab.sh.

PROBE_UUID=5e1f0000-0000-4000-8000-00000000f00d
DOMAIN_TYPE=
SERIAL=/var/log/libvirt/probe.serial

define_network() {
  on "$1" tee /run/network.xml >/dev/null <<'XML'
<network><name>probe</name><forward mode='nat'/><bridge name='virbr77'/>
  <ip address='192.168.77.1' netmask='255.255.255.0'><dhcp>
    <range start='192.168.77.10' end='192.168.77.20'/>
    <host mac='52:54:00:77:00:10' ip='192.168.77.10'/></dhcp></ip></network>
XML
  virsh_on "$1" "net-define /run/network.xml; net-autostart probe; net-start probe" >/dev/null
}

# insert_seed HOST INSTANCE_ID NAME USER_DATA: the CD of the guest's next boot.
insert_seed() {
  mkdir -p "$WORK/seed"
  printf 'instance-id: %s\nlocal-hostname: %s\n' "$2" "$3" >"$WORK/seed/meta-data"
  printf '%s' "$4" >"$WORK/seed/user-data"
  genisoimage -quiet -volid cidata -joliet -rock -output "$WORK/seed.iso" "$WORK/seed"
  on "$1" cp "$WORK/seed.iso" /var/lib/holdfast/pools/fast/seed.iso
}

define_probe() {
  on "$1" tee /run/probe.xml >/dev/null <<XML
<domain type='$2'><name>probe</name><uuid>$PROBE_UUID</uuid><memory unit='MiB'>128</memory><vcpu>1</vcpu>
  <os><type arch='x86_64' machine='pc'>hvm</type></os><features><acpi/></features>
  <devices>
    <disk type='file' device='disk'><driver name='qemu' type='qcow2' cache='none'/><source file='$DISK'/><target dev='vda' bus='virtio'/></disk>
    <disk type='file' device='cdrom'><driver name='qemu' type='raw'/><source file='/var/lib/holdfast/pools/fast/seed.iso'/><target dev='hda' bus='ide'/><readonly/></disk>
    <interface type='network'><mac address='52:54:00:77:00:10'/><source network='probe'/><model type='virtio'/></interface>
    <serial type='file'><source path='$SERIAL'/></serial>
    <channel type='unix'><target type='virtio' name='org.qemu.guest_agent.0'/></channel>
  </devices></domain>
XML
  virsh_on "$1" define /run/probe.xml >/dev/null
}

boot_line() { on "$1" grep -a booted "$SERIAL" 2>/dev/null | tr -d '\r' | tail -n 1; }

booted_twice() { [[ $(on "$1" grep -ac booted "$SERIAL") -ge 2 ]]; }

# boot_probe HOST TYPE: true when the guest really ran, which only its console can tell.
boot_probe() {
  local end=$((SECONDS + 40))
  [[ $2 == kvm ]] && end=$((SECONDS + 8))
  on "$1" rm -f "$SERIAL"
  define_probe "$1" "$2"
  virsh_on "$1" start probe >/dev/null 2>&1 || return 1
  until [[ -n $(boot_line "$1") ]]; do
    ((SECONDS < end)) || return 1
    sleep 0.1
  done
}

# KVM when it works: /dev/kvm may be there and a guest start, but never execute an instruction.
start_probe() {
  for DOMAIN_TYPE in ${HOLDFAST_LAB_DOMAIN_TYPE:-kvm qemu}; do
    if [[ $DOMAIN_TYPE == kvm && ! -e /dev/kvm ]]; then continue; fi
    boot_probe "$1" "$DOMAIN_TYPE" && return
    virsh_on "$1" destroy probe >/dev/null 2>&1 || true
  done
  fail "the guest boots neither with kvm nor with qemu"
}

probe_is() { [[ $(virsh_on "$1" domstate probe) == "$2" ]]; }
agent() { virsh_on "$1" qemu-agent-command probe --timeout 10 "$2"; }
agent_ping() { agent "$1" '{"execute":"guest-ping"}' >/dev/null 2>&1; }
journal_beyond() { [[ $(journal live "$1" probe | tail -n 1 | cut -d' ' -f1) -gt $2 ]]; }

# guest_run HOST CMD...: its standard output, through the agent.
guest_run() {
  local host=$1 path=$2 pid answer
  shift 2
  pid=$(agent "$host" "$(jq -nc --arg path "$path" '{execute: "guest-exec", arguments: {path: $path, arg: $ARGS.positional, "capture-output": true}}' --args -- "$@")" | jq .return.pid)
  for _ in {1..100}; do
    answer=$(agent "$host" '{"execute":"guest-exec-status","arguments":{"pid":'"$pid"'}}')
    if [[ $(jq .return.exited <<<"$answer") == true ]]; then
      jq -r '.return["out-data"] // ""' <<<"$answer" | base64 -d
      return
    fi
    sleep 0.05
  done
  return 1
}
