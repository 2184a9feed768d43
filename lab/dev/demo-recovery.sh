# shellcheck shell=bash
# The second half of ./dev demo: ten guests in three tiers are protected at the other site, their recovery plan is drilled
# beside them, then their site loses its power and the plan runs. Each line with ok was looked at.

TIERS=('data db-1 db-2' 'services app-1 app-2 app-3 app-4' 'front web-1 web-2 web-3 web-4')

recovery_story() {
  local host networks
  phase "ten guests in three tiers at alpha, protected at beta"
  make_tiers
  make_plan
  networks=$(host_networks)

  phase "a drill: beta boots all ten in a bubble beside the live ones, asks them, and removes them"
  run_plan drill '{"reason":"the demo"}'
  check "the run says PASSED" equal PASSED "$(field .verdict)"
  check "the drill left no network" equal "$networks" "$(host_networks)"
  check "the drill left no instance" equal 10 "$(count_instances '.state == "ACTIVE"')"
  check "all ten run on at alpha" equal 10 "$(count_domains alpha)"

  phase "alpha loses its power; the plan runs at beta"
  for host in $(hosts_of alpha); do lab_command power-off "$host"; done
  run_plan failover '{"reason":"the demo","fencing":{"proof":"OPERATOR","reason":"its power was cut"}}'
  check "the run says COMPLETED" equal COMPLETED "$(field .state)"
  check "each guest answered to its probes" equal 10 "$(jq '[.instances[] | select((.probes | length) == 2)] | length' <<<"$API_BODY")"
  check "ten domains run at beta" equal 10 "$(count_domains beta)"

  phase "alpha has power again; what moved stays off there"
  for host in $(hosts_of alpha); do lab_command power-on "$host"; done
  check "alpha runs nothing" equal 0 "$(count_domains alpha)"
  check "the ten that were are RECOVERED" equal 10 "$(count_instances '.state == "RECOVERED"')"
  look_at_refused_start
}

# make_tiers: instances at alpha, and a protection group a tier whose replicas lie at beta.
make_tiers() {
  local tier names name job jobs=() groups=()
  for tier in "${TIERS[@]}"; do
    for name in ${tier#* }; do
      create_instance "$name"
      jobs+=("$JOB")
    done
  done
  for job in "${jobs[@]}"; do await_job "$job" || exit 1; done
  for tier in "${TIERS[@]}"; do
    names=$(jq -cn '$ARGS.positional' --args ${tier#* })
    api POST /v1/protection-groups \
      "{\"name\":\"${tier%% *}\",\"instances\":$names,\"targetSite\":\"beta\",\"rpo\":\"PT1M\",\"retention\":{\"keepLast\":3}}"
    [ "$API_STATUS" = 201 ] || api_failed "POST /v1/protection-groups"
    groups+=("$(field .id)")
  done
  for job in "${groups[@]}"; do
    wait_until 120 "a recovery point of each group" is_protected "$job" || exit 1
  done
  check "every guest has a recovery point at beta" equal 10 "$(count_instances '.protection.restorableAt')"
}
is_protected() { api GET "/v1/protection-groups/$1" && [ -n "$(field .restorableAt)" ]; }

# make_plan: leaves PLAN.
make_plan() {
  local tier tiers=()
  for tier in "${TIERS[@]}"; do
    tier=${tier%% *}
    tiers+=("{\"name\":\"$tier\",\"protectionGroups\":[\"$tier\"],\"probes\":[{\"kind\":\"AGENT\"},{\"kind\":\"HTTP\",\"port\":80}]}")
  done
  api POST /v1/recovery-plans \
    "{\"name\":\"shop\",\"recoverySite\":\"beta\",\"tiers\":[$(IFS=,; say "${tiers[*]}")]}"
  [ "$API_STATUS" = 201 ] || api_failed "POST /v1/recovery-plans"
  PLAN=$(field .id)
  api POST "/v1/recovery-plans/$PLAN:validate"
  check "the plan can run now" answer_is .ok
}

# run_plan VERB BODY: to its end; a line an instance; leaves the run in API_BODY.
run_plan() {
  local run
  api POST "/v1/recovery-plans/$PLAN:$1" "$2"
  [ "$API_STATUS" = 202 ] || api_failed "POST /v1/recovery-plans/$PLAN:$1"
  run=$(field .id) SEEN_STEPS=''
  JOB_SECONDS=300 await_job "$run" print_steps || exit 1
  api GET "/v1/runs/$run"
  jq -r '.instances[] | "   " + (.tier + " " * 9)[:9] + (.name + " " * 6)[:6] + " on " + .host
    + ", answered after " + (.rtoSeconds | tostring) + " s, point \(.number)"' <<<"$API_BODY"
  say "   RTO $(field .rtoSeconds) s, RPO $(field .rpoSeconds) s"
}

hosts_of() { lab_hosts | awk -v site="$1" '$2 == site { print $1 }'; }

# count_instances FILTER: of the inventory; leaves API_BODY as it was.
count_instances() { (api GET '/v1/instances?limit=100' && jq "[.items[] | select($1)] | length" <<<"$API_BODY"); }

# count_domains SITE: that run there. A host that does not answer is a failure, never a zero.
count_domains() {
  local host uuids all=
  for host in $(hosts_of "$1"); do
    uuids=$(virsh -q -c "$(host_line "$host" | cut -d' ' -f4)" list --uuid) || { say "$host does not answer"; return; }
    all+=$uuids$'\n'
  done
  grep -c . <<<"$all" || true
}

look_at_refused_start() {
  local id
  api GET '/v1/instances?name=db-1'
  id=$(field '.items[0].id')
  api POST "/v1/instances/$id:start"
  check "the engine does not start db-1 at alpha: $(field .code)" equal 409 "$API_STATUS"
}
