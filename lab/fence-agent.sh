#!/usr/bin/env bash
# A fencing agent for the lab's hosts, by the contract of ClusterLabs' fence agents: key=value lines on standard input.
#
#   action=off|status   plug=HOST
#
# Exit: off: 0 when the power is off; status: 0 on, 2 off; 1 when the host's board controller is not reached (hosts.sh bmc)
# or something failed. It cuts the power as 'hosts.sh power-off' does.
set -euo pipefail

LAB_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
state=${HOLDFAST_STATE:-$LAB_DIR/../.holdfast}
action='' plug=''
while IFS='=' read -r key value; do
  case $key in
    action) action=$value ;;
    plug) plug=$value ;;
  esac
done
[[ -n $plug ]] || { echo "no plug was named" >&2; exit 1; }
[[ -e $state/lab/$plug/bmc ]] || { echo "$plug: its board controller does not answer" >&2; exit 1; }
case $action in
  off) "$LAB_DIR/hosts.sh" power-off "$plug" ;;
  status)
    power=$("$LAB_DIR/hosts.sh" power "$plug")
    echo "$plug is $power"
    [[ $power == on ]] || exit 2
    ;;
  *) echo "unknown action '$action'" >&2; exit 1 ;;
esac
