#!/usr/bin/env bash
# Runs once inside a host's new namespaces: gives it its own name, /run, /var/lib, libvirt folders and disks, and
# leaves the holder process behind that keeps the namespaces. Called by lab/lib/host.sh only.
#
# Contract: host-init.sh NAME DIR NAMES_FILE POOLS STORAGE; on success DIR/holder.pid is the holder, whose command line is
# "holdfast-host NAME DIR". Nothing is created on the machine's own file systems outside DIR and STORAGE, which all hosts
# mount, each with a folder of its own in it.
set -euo pipefail
name=$1 dir=$2 names=$3 pools=$4 storage=$5

mkdir -p "$dir"/{run,etc-libvirt,var-lib,var-lib-work,var-lib-libvirt,var-cache-libvirt,var-log-libvirt}

# /run first: it is what marks every later process as this host's.
mount --bind "$dir/run" /run
mkdir -p /run/lock
hostname "$name"

mount --bind "$dir/etc-libvirt" /etc/libvirt
mount --bind "$dir/var-cache-libvirt" /var/cache/libvirt
mount --bind "$dir/var-log-libvirt" /var/log/libvirt
mount --bind "$names" /etc/hosts
# Over /var/lib, so that /var/lib/holdfast exists in here and nowhere else.
mount -t overlay overlay -o "lowerdir=/var/lib,upperdir=$dir/var-lib,workdir=$dir/var-lib-work" /var/lib
mount --bind "$dir/var-lib-libvirt" /var/lib/libvirt
# The sysfs of this network namespace; without the cgroup mounts below it, so libvirt limits nothing.
umount --lazy /sys
mount -t sysfs sysfs /sys

# libvirtd looks for hooks only when it starts, so this one is there before; the host's worker keeps it up to date.
install -D -m 755 "$(dirname "$0")/../activities/src/main/resources/io/holdfast/activities/ownership/qemu-hook.sh" \
  /etc/libvirt/hooks/qemu.d/holdfast

mkdir -p "$pools/fast" "$pools/plain" "$pools/shared" "$storage/$name"
mount -t xfs -o loop,discard "$dir/disks/fast.img" "$pools/fast"
mount -t ext4 -o loop,discard,noinit_itable "$dir/disks/plain.img" "$pools/plain"
mount --bind "$storage" "$pools/shared"

# shellcheck disable=SC2016 # expanded by the inner shell
setsid bash -c 'exec -a "$0" sleep infinity' "holdfast-host $name $dir" </dev/null >/dev/null 2>&1 9>&- &
echo "$!" >"$dir/holder.pid"
until [[ $(tr '\0' ' ' <"/proc/$!/cmdline") == "holdfast-host $name $dir "* ]]; do
  kill -0 "$!"
done
