#!/bin/sh
# Holdfast's hook of libvirt's QEMU driver: whoever asks, an instance starts only where it is owned.
# Installed as /etc/libvirt/hooks/qemu.d/holdfast; libvirtd calls it with a domain's name, what it is about to do, and
# the domain's XML on standard input, and gives up when it fails. It asks nobody: two small files decide.
#
#   $OWNERSHIP/UUID  "HELD epoch" or "LOST epoch"; survives power cuts
#   $CONFIRMED/UUID  "epoch": the ledger, or a person, has said so since this boot
#
# holdfast --allow UUID: a person says so, when no engine can; not of an instance that was recovered elsewhere.
OWNERSHIP=/var/lib/holdfast/ownership
CONFIRMED=/run/holdfast/ownership

refuse() {
  echo "holdfast: $*" >&2
  exit 1
}

if [ $# = 2 ] && [ "$1" = --allow ]; then
  state= epoch=
  read -r state epoch 2>/dev/null <"$OWNERSHIP/$2" || refuse "nothing is known of an instance $2 on this host"
  [ "$state" = HELD ] || refuse "instance $2 was recovered elsewhere (epoch $epoch); only the engine can give it back"
  mkdir -p "$CONFIRMED" && echo "$epoch" >"$CONFIRMED/$2.new" && mv "$CONFIRMED/$2.new" "$CONFIRMED/$2" || refuse "cannot write $CONFIRMED/$2"
  exit 0
fi

xml=$(cat)
case $2/$3 in
  prepare/begin | start/begin | migrate/begin | restore/begin) ;;
  *) exit 0 ;;
esac
case $xml in
  *"owner='holdfast'"* | *'owner="holdfast"'*) ;;
  *) exit 0 ;;
esac

uuid=$(printf '%s\n' "$xml" | sed -n 's|^ *<uuid>\([0-9a-f-]\{36\}\)</uuid>.*|\1|p' | head -n 1)
[ -n "$uuid" ] || refuse "$1 is Holdfast's and its XML has no UUID"
state= epoch= confirmed=
read -r state epoch 2>/dev/null <"$OWNERSHIP/$uuid"
read -r confirmed 2>/dev/null <"$CONFIRMED/$uuid"
case $state in
  HELD) ;;
  LOST) refuse "instance $uuid was recovered elsewhere (epoch $epoch) and must not start here" ;;
  *) refuse "nobody has said that instance $uuid is this host's" ;;
esac
[ "$confirmed" = "$epoch" ] ||
  refuse "the engine has not said since this boot that instance $uuid is still this host's; see 'a host that boots while no engine answers' in docs/operating.md"
