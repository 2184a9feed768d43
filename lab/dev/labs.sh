# shellcheck shell=bash
# Several labs at once, and work in each of them. The first is that of STATE; lab N lives in STATE/labs/N, on a subnet of
# its own, and borrows the tools and caches.

state_of_lab() { if [ "$1" = 1 ]; then printf '%s' "$STATE"; else printf '%s' "$STATE/labs/$1"; fi; }

# in_lab N: from here on, this shell speaks of that lab.
in_lab() {
  local state
  state=$(state_of_lab "$1")
  mkdir -p "$state/cache"
  ln -sfn "$TOOLS" "$state/tools"
  cp --reflink=auto -u "$CACHE"/* "$state/cache/"
  SUBNET=${SUBNET%.*}.$((${SUBNET##*.} + $1 - 1))
  STATE=$state RUN=$state/run LOG=$state/log DATA=$state/data CACHE=$state/cache
  export HOLDFAST_STATE=$STATE HOLDFAST_LAB_SUBNET=$SUBNET
}

up_beside() { in_lab "$1"; up; }
down_beside() { in_lab "$1"; down; }

# down_all: this lab, and those beside it.
down_all() {
  local state parts=(down)
  make_folders
  for state in "$STATE"/labs/*; do
    if [ -d "$state" ]; then parts+=("down_beside ${state##*/}"); fi
  done
  all_of "${parts[@]}"
}

# all_of 'FUNCTION ARGUMENT...'...: at once, each in a process group of its own; they tell their stories when they have
# ended. Fails when one does.
PARTS=()
all_of() {
  local part words stories=() code=0 i
  PARTS=()
  set -m
  for part in "$@"; do
    read -ra words <<<"$part"
    stories+=("$(mktemp "$LOG/part-XXXXXX")")
    (set -e; "${words[@]}") >"${stories[-1]}" 2>&1 </dev/null &
    PARTS+=($!)
  done
  set +m
  for i in "${!PARTS[@]}"; do
    wait "${PARTS[i]}" || { code=1; warn "dev: this failed: ${*:i+1:1}"; }
    cat "${stories[i]}"
    rm -f "${stories[i]}"
  done
  PARTS=()
  return $code
}

# end_parts: of an all_of that was interrupted.
end_parts() {
  local part
  for part in "${PARTS[@]}"; do kill -s TERM -- "-$part" 2>/dev/null || true; done
  PARTS=()
  rm -f "$LOG"/part-*
}
