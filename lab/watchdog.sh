#!/usr/bin/env bash
# The watchdog of a lab's host: sleeps until something is written to its device, then cuts the host's power as soon as
# nothing was written for SECONDS; it sleeps again then. Ends when its device is removed (hosts.sh watchdog H off).
#
#   watchdog.sh HOST DEVICE SECONDS
set -euo pipefail

LAB_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
host=$1 device=$2 seconds=$3 armed=
exec 3<>"$device"
while [[ -p $device ]]; do
  if read -rN1 -t "$seconds" -u3; then
    armed=yes
  elif [[ $armed && -p $device ]]; then
    armed=
    "$LAB_DIR/hosts.sh" power-off "$host"
  fi
done
