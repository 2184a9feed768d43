#!/usr/bin/env bash
# Builds the small test guest and prints the path of the result.
#
#   guest-image.sh [OUT.qcow2|OUT.raw]     without OUT: the cached qcow2 itself
#
# The image: MBR and syslinux, a FAT partition with the distribution's cloud kernel and an initramfs of lab/guest/,
# an ext4 data partition. Made without mounts and without root. Cached by the SHA-256 of its inputs in
# $HOLDFAST_STATE/cache/guest-<hash>.qcow2. Exit 2 when a tool or the kernel is missing.
set -euo pipefail

LAB_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd -P)
STATE=$(realpath -m "${HOLDFAST_STATE:-$LAB_DIR/../.holdfast}")
PATH=$PATH:/usr/sbin:/sbin

MIB=1048576
BOOT_START=1 BOOT_SIZE=31 DATA_START=32 DATA_SIZE=95 # MiB; 128 in all, one spare at the end
MODULES=(virtio_pci virtio_blk virtio_net virtio_console virtio_scsi virtio-rng virtio_balloon
  ata_piix sd_mod sr_mod isofs evdev button)
MBR=/usr/lib/syslinux/mbr/mbr.bin

die() { echo "guest-image.sh: $*" >&2; exit 2; }

for tool in qemu-img syslinux mformat mcopy mke2fs cpio gzip sfdisk qemu-ga busybox chattr modprobe; do
  command -v "$tool" >/dev/null || die "missing $tool; ./dev setup installs it"
done
kernel=$(find /boot -name 'vmlinuz-*-cloud-amd64' | sort -V | tail -n 1)
[[ -n $kernel ]] || die "no cloud kernel in /boot (package linux-image-cloud-amd64)"
version=${kernel#/boot/vmlinuz-}
! ldd "$(command -v busybox)" >/dev/null 2>&1 || die "busybox is not static (package busybox-static)"

# Names without the checkout's path, so that two checkouts agree on the hash.
inputs_hash() {
  (cd "$LAB_DIR" && sha256sum guest-image.sh guest/* && sha256sum "$kernel" "$(command -v busybox)" "$(command -v qemu-ga)" "$(command -v chattr)" "$MBR") |
    sha256sum | cut -c 1-16
}

copy_with_libraries() {
  local root=$1 binary=$2 library
  cp "$binary" "$root/usr/bin/"
  for library in $(ldd "$binary" | grep -o '/[^ ]*'); do
    mkdir -p "$root$(dirname "$library")"
    cp -L "$library" "$root$library"
  done
}

# The modules and what they need, in an order that insmod can take.
copy_modules() {
  local root=$1 module file
  mkdir -p "$root/modules"
  for module in "${MODULES[@]}"; do
    modprobe --set-version "$version" --show-depends "$module"
  done | awk '$1 == "insmod" && !seen[$2]++ { print $2 }' |
    while read -r file; do
      cp "$file" "$root/modules/"
      basename "$file"
    done >"$root/modules/order"
}

make_initramfs() {
  local root=$1/root out=$2
  mkdir -p "$root"/{bin,sbin,etc/acpi/PWRF,usr/bin,usr/sbin,dev,proc,sys,root,tmp,run,var}
  cp "$(command -v busybox)" "$root/bin/busybox"
  busybox --list | while read -r applet; do
    [[ $applet == busybox ]] || ln -s /bin/busybox "$root/bin/$applet"
  done
  rm -f "$root/bin/shutdown"
  ln -s /bin/busybox "$root/init"
  ln -s /bin/busybox "$root/sbin/hwclock" # where qemu-ga looks for it before it sets the clock
  cp "$LAB_DIR"/guest/{inittab,rc,rc.stop,dhcp} "$root/etc/"
  cp "$LAB_DIR"/guest/{seed,links,journal,agent,shutdown} "$root/sbin/"
  cp "$LAB_DIR/guest/power-button" "$root/etc/acpi/PWRF/00000080"
  echo 'root:x:0:0:root:/root:/bin/sh' >"$root/etc/passwd"
  echo 'root:x:0:' >"$root/etc/group"
  echo '127.0.0.1 localhost' >"$root/etc/hosts"
  # The static busybox crashes in the C library's name service without this.
  echo 'hosts: files' >"$root/etc/nsswitch.conf"
  copy_with_libraries "$root" "$(command -v qemu-ga)"
  copy_with_libraries "$root" "$(command -v chattr)"
  copy_modules "$root"
  (cd "$root" && find . -print0 | LC_ALL=C sort -z | cpio --null --create --format=newc --owner=0:0 --quiet) | gzip -6 >"$out"
}

make_disk() {
  local dir=$1 raw=$2
  truncate -s 128M "$raw"
  printf 'start=%dMiB,size=%dMiB,type=c,bootable\nstart=%dMiB,size=%dMiB,type=83\n' \
    $BOOT_START $BOOT_SIZE $DATA_START $DATA_SIZE | sfdisk --quiet --label dos "$raw"
  dd if="$MBR" of="$raw" bs=440 count=1 conv=notrunc status=none
  # no_timer_check: an emulated timer that a busy machine lets tick too late is taken for a broken one, and the kernel panics.
  printf 'DEFAULT linux\nPROMPT 0\nLABEL linux\n  LINUX vmlinuz\n  INITRD initrd\n  APPEND console=ttyS0 quiet %s\n' \
    "mitigations=off nokaslr random.trust_cpu=on no_timer_check" >"$dir/syslinux.cfg"
  local fat="$raw@@$((BOOT_START * MIB))"
  mformat -i "$fat" -T $((BOOT_SIZE * MIB / 512)) -h 64 -s 32 -H $((BOOT_START * MIB / 512)) ::
  mcopy -i "$fat" "$kernel" ::vmlinuz
  mcopy -i "$fat" "$dir/initrd" ::initrd
  mcopy -i "$fat" "$dir/syslinux.cfg" ::syslinux.cfg
  syslinux --install --offset $((BOOT_START * MIB)) "$raw"
  mke2fs -q -F -t ext4 -L data -m 0 -J size=4 -E "offset=$((DATA_START * MIB)),lazy_itable_init=0" "$raw" "${DATA_SIZE}M"
}

build() {
  local out=$1 dir
  dir=$(mktemp -d "$out.XXXXXX")
  # shellcheck disable=SC2064 # the folder's name of now
  trap "rm -rf '$dir'" EXIT
  make_initramfs "$dir" "$dir/initrd"
  make_disk "$dir" "$dir/disk.raw"
  qemu-img convert -f raw -O qcow2 "$dir/disk.raw" "$dir/disk.qcow2"
  mv "$dir/disk.qcow2" "$out"
}

cached=$STATE/cache/guest-$(inputs_hash).qcow2
mkdir -p "$STATE/cache"
[[ -f $cached ]] || build "$cached"
out=${1:-$cached}
case $out in
  "$cached") ;;
  *.raw) qemu-img convert -f qcow2 -O raw "$cached" "$out" ;;
  *.qcow2) cp --reflink=auto "$cached" "$out" ;;
  *) die "the name ends in .qcow2 or .raw, not: $out" ;;
esac
echo "$out"
