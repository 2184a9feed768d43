# shellcheck shell=bash
# The wires of the lab: one bridge in the root namespace, one veth pair a host. Sourced by lab/hosts.sh.
#
# The bridge's alias names the state folder that owns it: that is the guard against two checkouts on one subnet, it
# lives exactly as long as the lab, and needs no file outside the state folder. Its hardware address is made from the
# same path, because only that can be given at the moment of creation: a bridge without alias is ours by its address.
# The root namespace's firewall and forwarding stay as they are.

bridge_mac() { printf '%s' "$STATE" | md5sum | sed -E 's/^(..)(..)(..)(..)(..).*/02:\1:\2:\3:\4:\5/'; }

bridge_owner() {
  local alias='' mac=''
  read -r alias 2>/dev/null <"/sys/class/net/$BRIDGE/ifalias" || true
  read -r mac 2>/dev/null <"/sys/class/net/$BRIDGE/address" || true
  if [[ -z $alias && $mac == "$(bridge_mac)" ]]; then echo "$STATE"; else echo "${alias#holdfast }"; fi
}

bridge_has_owner() { [[ ! -d /sys/class/net/$BRIDGE || -n $(bridge_owner) ]]; }

# owner_lives STATE: whether anything of the lab whose bridge this is still runs: a host, a command, a process of it.
# What kills everything at once (a container's end) leaves the bridge behind, and whoever made it may never come again.
owner_lives() {
  local port process
  for port in "/sys/class/net/$BRIDGE/brif"/*; do
    [[ ! -e $port ]] || return 0
  done
  [[ ! -e $1/lab/.lock ]] || flock --nonblock "$1/lab/.lock" true || return 0
  for process in /proc/[0-9]*; do
    ! { tr '\0' '\n' <"$process/environ" | grep -qxF -e "HOLDFAST_PROCESS_OF=$1" -e "HOLDFAST_COMMAND_OF=$1"; } 2>/dev/null \
      || return 0
  done
  return 1
}

claim_bridge() {
  local owner
  if ! ip link add name "$BRIDGE" address "$(bridge_mac)" type bridge forward_delay 0 2>/dev/null; then
    # Whoever made it may be about to sign it; unsigned after two seconds it is the leftover of a dead command.
    await 2 bridge_has_owner || true
    owner=$(bridge_owner)
    [[ -z $owner || $owner == "$STATE" ]] || ! owner_lives "$owner" \
      || die 3 "the lab on $SUBNET.0/24 is held by $owner; end it with HOLDFAST_STATE=$owner lab/hosts.sh down, or set HOLDFAST_LAB_SUBNET"
  fi
  [[ -d /sys/class/net/$BRIDGE ]] || die 1 "cannot make the bridge $BRIDGE"
  ip link set "$BRIDGE" alias "holdfast $STATE" || die 1 "cannot sign the bridge; is the state folder's path over 240 characters?"
  # Strict filtering, multicast snooping and IPv6 on the bridge only add noise and delay.
  echo 0 >"/sys/class/net/$BRIDGE/bridge/multicast_snooping"
  ip address replace "$SUBNET.1/24" dev "$BRIDGE"
  ip link set "$BRIDGE" up
}

release_bridge() {
  [[ -d /sys/class/net/$BRIDGE && $(bridge_owner) == "$STATE" ]] || return 0
  # Ports whose namespace is still being torn down may vanish while we look.
  local port
  for port in "/sys/class/net/$BRIDGE/brif"/*; do
    ip link delete "${port##*/}" 2>/dev/null || true
  done
  ip link delete "$BRIDGE"
}

veth_of() { echo "v$SUBNET_HEX-$1"; }

# Fixed, so that no neighbour cache goes stale over a power cut.
mac_of() { printf '02:%s:%s:%s:00:%02x' "${SUBNET_HEX:0:2}" "${SUBNET_HEX:2:2}" "${SUBNET_HEX:4:2}" "$1"; }

veth_is_gone() { [[ ! -d /sys/class/net/$(veth_of "$1") ]]; }

# plug_host HOST PID: an address, a route and forwarding for guest networks, inside PID's network namespace.
plug_host() {
  local host=$1 pid=$2 veth address
  veth=$(veth_of "$host")
  address=$(address_of "$host")
  if [[ ! -d /sys/class/net/$veth ]]; then
    ip link add name "$veth" type veth peer name eth0 address "$(mac_of "${address##*.}")" netns "$pid"
  fi
  ip link set "$veth" master "$BRIDGE"
  nsenter --target "$pid" --net --mount bash -e -c '
    ip link set lo up
    ip address replace "$1/24" dev eth0
    ip link set eth0 up
    ip route replace default via "$2"
    echo 1 >/proc/sys/net/ipv4/ip_forward' plug "$address" "$SUBNET.1"
}

# The cut is kept over power cycles, as a pulled cable is; `up` mends it.
set_link() {
  local host=$1 to=$2 veth
  veth=$(veth_of "$host")
  if [[ $to == down ]]; then touch "$LAB_STATE/$host/link-down"; else rm -f "$LAB_STATE/$host/link-down"; fi
  [[ -d /sys/class/net/$veth ]] || return 0
  ip link set "$veth" "$to"
}
