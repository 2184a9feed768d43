# shellcheck shell=bash
# ./dev demo: the story on the terminal. An instance is made and asked; another is made while the engine and its host's
# worker are killed; both are deleted, and hosts and ledger are read back as clean. Then
# demo-recovery.sh goes on. Each line with ok was looked at.

demo() {
  local before after
  if [ $# -gt 1 ] || [ "${1:---keep}" != --keep ]; then wrong_call "demo takes --keep only"; fi
  KEEP=${1:-}
  FAILURES=0
  phase "two sites come up"
  trap 'end_demo $?' EXIT
  trap 'exit 130' INT TERM
  up
  status
  before=$(host_networks)

  phase "instance 'first' at site alpha, over HTTP"
  create_instance first
  await_job "$JOB" print_steps || exit 1
  look_at_instance

  phase "instance 'second'; engine and worker are killed in the middle"
  local first=("$INSTANCE" "$DOMAIN" "$INSTANCE_MAC") worker killed
  create_instance second
  await_step
  worker=worker-$(lab_hosts | awk '$2 == "alpha" { print $1; exit }')
  killed=$EPOCHSECONDS
  stop_command engine --kill
  stop_command "$worker" --kill
  start_command "$worker"
  start_command engine
  await_job "$JOB" print_steps || exit 1
  check "the job was still running when they were killed" test "$(date -d "$(field .endedAt)" +%s)" -ge "$killed"
  look_at_instance

  phase "both are deleted; hosts and ledger are read back"
  delete_instance "${first[0]}"
  delete_instance "$INSTANCE"
  look_for_leftovers "${first[@]}"
  look_for_leftovers "$INSTANCE" "$DOMAIN" "$INSTANCE_MAC"
  after=$(host_networks)
  check "no libvirt network is left that was not there before" equal "$before" "$after"
  look_at_ledger

  recovery_story
  [ "$FAILURES" -eq 0 ] || exit 1
}

end_demo() {
  trap - EXIT INT TERM
  if [ "$KEEP" = --keep ]; then
    say "kept: ./dev status shows it, ./dev down ends it"
  else
    phase "all of it goes down"
    down || { [ "$1" -ne 0 ] || set -- 1; }
  fi
  if [ "$1" -eq 0 ]; then phase_total "the demo held"; else phase_total "THE DEMO FAILED"; fi
  exit "$1"
}

# check WHAT COMMAND...: the line of one check; counts failures instead of ending, so that all are seen.
check() {
  local what=$1
  shift
  if "$@"; then
    printf '   ok         %s\n' "$what"
  else
    printf '   NOT CLEAN  %s\n' "$what"
    FAILURES=$((FAILURES + 1))
  fi
}
equal() { [ "$1" = "$2" ] || { diff <(say "$1") <(say "$2") >&2 || return 1; }; }

# create_instance NAME: leaves JOB and INSTANCE.
create_instance() {
  api POST /v1/instances \
    "{\"name\":\"$1\",\"site\":\"alpha\",\"image\":\"guest\",\"flavor\":\"tiny\",\"networks\":[\"default\"]}"
  [ "$API_STATUS" = 202 ] || api_failed "POST /v1/instances"
  JOB=$(field .id) INSTANCE=$(field .target.id) SEEN_STEPS=''
  say "   job $JOB, instance $INSTANCE"
}

# print_steps: of the job in API_BODY, each step once when it has ended, and each other news of one.
print_steps() {
  local line
  while IFS= read -r line; do
    if [[ $'\n'$SEEN_STEPS != *$'\n'"$line"$'\n'* ]]; then
      SEEN_STEPS+=$line$'\n'
      say "   $line"
    fi
  done < <(jq -r '.steps[]? | select(.state | IN("PENDING", "RUNNING") | not)
    | (.state + " " * 10)[:10] + " " + .name + (if .detail then "  " + (.detail | tostring) else "" end)' <<<"$API_BODY")
}

# await_step: until the job is in its middle: one step has ended, and the job has not.
await_step() {
  local deadline=$(($(now_ms) + 60000))
  while api GET "/v1/jobs/$JOB"; do
    print_steps
    case $(field .state) in
      PENDING | RUNNING) ;;
      *) die "job $JOB is $(field .state) before anything could be killed" ;;
    esac
    if [ -n "$SEEN_STEPS" ]; then return 0; fi
    (($(now_ms) < deadline)) || die "job $JOB has done no step for 60 s"
    sleep 0.1
  done
}

# look_at_instance: what the engine says, what the guest says, and that libvirt has it once. Leaves DOMAIN, its UUID, and
# INSTANCE_MAC.
look_at_instance() {
  local host uri
  api GET "/v1/jobs/$JOB"
  say "   result: $(jq -c '.result' <<<"$API_BODY")"
  api GET "/v1/instances/$INSTANCE"
  host=$(field .host) DOMAIN=$(field '.uuid // .id') INSTANCE_MAC=$(field '.nics[0].mac')
  uri=$(host_line "$host" | cut -d' ' -f4) || die "instance $INSTANCE says that it is on host '$host'"
  check "the engine says ACTIVE, on $host, at $(field '.nics[0].ip')" equal ACTIVE "$(field .state)"
  check "the guest agent answers: $(agent_answer "$uri" "$DOMAIN")" agent_answers "$uri" "$DOMAIN"
  check "one domain on all hosts has its UUID" equal 1 "$(domain_count "$DOMAIN")"
  check "one set of volumes, on $host: $(host_files "$INSTANCE" /var/lib/holdfast/pools | sed 's|.*/||' | xargs)" \
    one_set "$INSTANCE" "$host"
}

agent_answer() {
  timeout 10 virsh -c "$1" qemu-agent-command "$2" '{"execute":"guest-info"}' 2>/dev/null \
    | jq -r '"guest agent " + .return.version' || say none
}
agent_answers() { timeout 10 virsh -q -c "$1" qemu-agent-command "$2" '{"execute":"guest-ping"}' >/dev/null; }

each_uri() { lab_hosts | cut -d' ' -f4; }

# domain_count UUID: on all hosts, defined or active. A host that does not answer is a failure, never a zero.
domain_count() {
  local uri uuids all=
  for uri in $(each_uri); do
    uuids=$(virsh -q -c "$uri" list --all --uuid) || { say "$uri does not answer"; return; }
    all+=$uuids$'\n'
  done
  grep -cxF -e "$1" <<<"$all" || true
}

# host_networks: "uri network" for every libvirt network that is defined or active.
host_networks() {
  local uri names name
  for uri in $(each_uri); do
    names=$(virsh -q -c "$uri" net-list --all --name) || die "$uri does not answer"
    for name in $(sort <<<"$names"); do say "$uri $name"; done
  done
}

# host_files ID FOLDER...: "host path" of every file that carries the instance's id in its name, seen from inside each
# host: its disks are mounted nowhere else. A host that cannot be asked is a line too, never silence.
host_files() {
  local host id=$1
  shift
  for host in $(lab_hosts | cut -d' ' -f1); do
    "$HOSTS" exec "$host" find "$@" -name "*$id*" -not -type d -printf "$host %p\n" 2>/dev/null || true
    "$HOSTS" exec "$host" true || say "$host cannot be asked"
  done
}

# one_set ID HOST: the instance has volumes, all on its host, and no two of one name.
one_set() {
  local files
  files=$(host_files "$1" /var/lib/holdfast/pools)
  [ -n "$files" ] && ! grep -qv "^$2 " <<<"$files" && [ -z "$(awk -F/ '{ print $NF }' <<<"$files" | sort | uniq -d)" ]
}

delete_instance() {
  api DELETE "/v1/instances/$1"
  [ "$API_STATUS" = 202 ] || api_failed "DELETE /v1/instances/$1"
  SEEN_STEPS=''
  say "   job $(field .id)"
  await_job "$(field .id)" print_steps || exit 1
}

# look_for_leftovers ID UUID MAC: on every host, through libvirt and in its folders.
look_for_leftovers() {
  check "no domain of $1" equal 0 "$(domain_count "$2")"
  check "no volume of $1" equal '' "$(host_files "$1" /var/lib/holdfast /var/lib/libvirt /etc/libvirt /run/libvirt)"
  check "no DHCP lease or reservation of ${3:-it}" equal '' "$(leases_of "$3")"
}

# leases_of MAC: reservations in every libvirt network, and what every host's dnsmasq keeps in its files.
leases_of() {
  local uri network networks host
  [ -n "$1" ] || { say "the instance had no MAC"; return; }
  networks=$(host_networks) || { say "a host does not answer"; return; }
  while read -r uri network; do
    [ -z "$uri" ] || virsh -q -c "$uri" net-dumpxml "$network" | grep -iF -e "$1" || true
  done <<<"$networks"
  for host in $(lab_hosts | cut -d' ' -f1); do
    "$HOSTS" exec "$host" grep -rliF -e "$1" /var/lib/libvirt/dnsmasq 2>/dev/null || true
  done
}

# look_at_ledger: the engine's own books: nothing reserved on any host, no instance left.
look_at_ledger() {
  local name
  for name in $(lab_hosts | cut -d' ' -f1); do
    api GET "/v1/hosts/$name"
    check "the ledger reserves nothing on $name: $(jq -c .reserved <<<"$API_BODY")" \
      answer_is '.reserved | if type == "object" then all(.[]; . == 0) else . == 0 end'
  done
  api GET /v1/instances
  check "the inventory has no instance" answer_is '.items == []'
}
answer_is() { [ "$API_STATUS" = 200 ] && jq -e "$1" <<<"$API_BODY" >/dev/null; }
