#!/usr/bin/env bash
# plug.sh ADDRESS CMD...: inside a new network namespace, puts ADDRESS on a wire to the lab's bridge and becomes CMD.
# Started by a process in the machine's own namespace. The wire goes with the namespace, which goes with CMD.
set -euo pipefail
. "$(dirname "$0")/../lib/common.sh"
address=$1 wire=v$SUBNET_HEX-temporal
wire=${wire:0:15}
# The same hardware address each time, so that no neighbour remembers a dead one.
mac=$(printf '02:%s:%s:%s:00:02' "${SUBNET_HEX:0:2}" "${SUBNET_HEX:2:2}" "${SUBNET_HEX:4:2}")

machine() { nsenter --target "$PPID" --net "$@"; }

machine ip link delete "$wire" 2>/dev/null || true # of a namespace that is still being torn down
machine ip link add name "$wire" type veth peer name eth0 address "$mac" netns $$
machine ip link set "$wire" master "$BRIDGE" up
ip link set lo up
ip address add "$address/24" dev eth0
ip link set eth0 up
exec "${@:2}"
