# shellcheck shell=bash
# The second half of ./dev demo: ten guests in three tiers are protected at the other site; a drill of their recovery plan
# fires by itself beside them; then their site loses its power and the plan runs; then the site comes back and starts nothing,
# protects what was recovered, and takes it home. Each line with ok was looked at.

TIERS=('data db-1 db-2' 'services app-1 app-2 app-3 app-4' 'front web-1 web-2 web-3 web-4')

recovery_story() {
  local networks host
  phase "ten guests in three tiers at alpha, protected at beta"
  make_tiers
  make_groups
  make_plan
  networks=$(host_networks)

  phase "a drill fires by itself: beta boots all ten in a bubble beside the live ones, asks them, and removes them"
  await_drill
  check "the drill says PASSED" equal PASSED "$(field .verdict)"
  check "it left no network" equal "$networks" "$(host_networks)"
  check "it left no instance" equal 10 "$(count_instances true)"
  check "all ten run on at alpha" equal 10 "$(count_domains alpha)"
  look_at_report

  phase "alpha loses its power; the plan runs at beta"
  each_host_of alpha power-off
  run_plan failover '{"reason":"the demo","fencing":{"proof":"OPERATOR","reason":"its power was cut"}}'
  check "the run says COMPLETED" equal COMPLETED "$(field .state)"
  check "each guest answered to both probes" equal 10 "$(jq '[.instances[] | select((.probes | length) == 2)] | length' <<<"$API_BODY")"
  check "ten domains run at beta" equal 10 "$(count_domains beta)"

  phase "alpha has power again; what moved stays off there"
  each_host_of alpha power-on
  check "the ten that were are RECOVERED" equal 10 "$(count_instances '.state == "RECOVERED"')"
  look_at_refused_start
  check "alpha runs nothing" equal 0 "$(count_domains alpha)"

  phase "the workers of alpha begin again; reprotect: the ten at beta are protected at alpha, and only what differs crosses"
  for host in $(hosts_of alpha); do start_command "worker-$host"; done
  wait_until 120 "a plan whose direction can be turned" can_reprotect || { jq -r '.refusals[]?' <<<"$API_BODY"; exit 1; }
  run_plan reprotect '{}'
  check "the run says PASSED" equal PASSED "$(field .verdict)"
  check "what was written at alpha and never replicated is listed" answer_is '([.reversed[].lostWrites[]] | length) == 10'
  SENT_AGAIN=$(sent_last)
  say "   $((SENT_AGAIN >> 10)) KiB on the wire; the first sync was $((FIRST_SYNC >> 10)) KiB"
  check "less than a quarter of the first sync crossed" test "$SENT_AGAIN" -lt "$((FIRST_SYNC / 4))"

  phase "failback: all ten go home, nothing forced and nothing lost"
  run_plan failback '{"graceSeconds":60}'
  check "the run says COMPLETED" equal COMPLETED "$(field .state)"
  check "the RPO is zero" answer_is '.rpoSeconds == 0'
  check "ten domains run at alpha" equal 10 "$(count_domains alpha)"
  check "beta runs nothing" equal 0 "$(count_domains beta)"
  check "all ten are protected at beta, as in the beginning" equal 10 "$(count_instances .protection.restorableAt)"
}

can_reprotect() { api POST "/v1/recovery-plans/$PLAN:validate?kind=REPROTECT" && answer_is .ok; }

# run_plan VERB BODY: to its end. Leaves the run in PLAN_RUN and API_BODY.
run_plan() {
  api POST "/v1/recovery-plans/$PLAN:$1" "$2"
  [ "$API_STATUS" = 202 ] || api_failed "POST /v1/recovery-plans/$PLAN:$1"
  await_run "$(field .id)"
}

# sent_last: bytes that crossed for the groups' newest points; leaves API_BODY as it was.
sent_last() (
  sum=0
  for group in "${GROUPS_MADE[@]}"; do
    api GET "/v1/protection-groups/$group/recovery-points"
    sum=$((sum + $(jq '[.items[] | select(.state == "AVAILABLE")] | max_by(.number).bytes.wire' <<<"$API_BODY")))
  done
  say "$sum"
)

# make_tiers: all at once, as a person would not.
make_tiers() {
  local tier name job jobs=()
  for tier in "${TIERS[@]}"; do
    for name in ${tier#* }; do
      create_instance "$name"
      jobs+=("$JOB")
    done
  done
  for job in "${jobs[@]}"; do JOB_SECONDS=300 await_job "$job" || exit 1; done
  check "all ten run at alpha" equal 10 "$(count_domains alpha)"
}

# make_groups: a protection group a tier, whose replicas lie at beta. Leaves GROUPS_MADE, and in FIRST_SYNC the bytes that crossed.
make_groups() {
  local tier names group
  GROUPS_MADE=()
  for tier in "${TIERS[@]}"; do
    # shellcheck disable=SC2086
    names=$(jq -cn '$ARGS.positional' --args ${tier#* })
    api POST /v1/protection-groups \
      "{\"name\":\"${tier%% *}\",\"instances\":$names,\"targetSite\":\"beta\",\"rpo\":\"PT10M\",\"retention\":{\"keepLast\":3}}"
    [ "$API_STATUS" = 201 ] || api_failed "POST /v1/protection-groups"
    GROUPS_MADE+=("$(field .id)")
  done
  for group in "${GROUPS_MADE[@]}"; do
    wait_until 180 "a recovery point of each group" is_protected "$group" || exit 1
  done
  check "every guest has a recovery point at beta" equal 10 "$(count_instances .protection.restorableAt)"
  FIRST_SYNC=$(sent_last)
}
is_protected() { api GET "/v1/protection-groups/$1" && [ -n "$(field .restorableAt)" ]; }

# make_plan: with a schedule whose first drill is a minute away. Leaves PLAN and SCHEDULE.
make_plan() {
  local tier tiers=()
  for tier in "${TIERS[@]}"; do
    tier=${tier%% *}
    tiers+=("{\"name\":\"$tier\",\"protectionGroups\":[\"$tier\"],\"probes\":[{\"kind\":\"AGENT\"},{\"kind\":\"HTTP\",\"port\":80}]}")
  done
  api POST /v1/recovery-plans "{\"name\":\"shop\",\"recoverySite\":\"beta\",\"tiers\":[$(IFS=,; say "${tiers[*]}")]}"
  [ "$API_STATUS" = 201 ] || api_failed "POST /v1/recovery-plans"
  PLAN=$(field .id)
  api POST "/v1/recovery-plans/$PLAN:validate"
  check "the plan can run now" answer_is .ok
  api POST /v1/drill-schedules '{"name":"nightly","plan":"shop","every":"PT1M","deadline":"PT10M"}'
  [ "$API_STATUS" = 201 ] || api_failed "POST /v1/drill-schedules"
  SCHEDULE=$(field .id)
}

# await_drill: the schedule's first, to its end; there is no second one. Leaves the run in API_BODY.
await_drill() {
  local run
  wait_until 90 "a drill that begins by itself" has_fired || exit 1
  run=$(field .lastDrill.run)
  api POST "/v1/drill-schedules/$SCHEDULE:pause"
  [ "$API_STATUS" = 200 ] || api_failed "POST /v1/drill-schedules/$SCHEDULE:pause"
  await_run "$run"
}
has_fired() { api GET "/v1/drill-schedules/$SCHEDULE" && [ -n "$(field .lastDrill.run)" ]; }

# await_run RUN: to its end; a line an instance. Leaves the run in PLAN_RUN and API_BODY.
await_run() {
  PLAN_RUN=$1 SEEN_STEPS=''
  JOB_SECONDS=300 await_job "$PLAN_RUN" print_steps || exit 1
  api GET "/v1/runs/$PLAN_RUN"
  jq -r '.instances[]? | select(.rtoSeconds) | "   " + (.tier + " " * 9)[:9] + (.name + " " * 6)[:6] + " on " + .host
    + ", answered after " + (.rtoSeconds | tostring) + " s, point \(.number)"' <<<"$API_BODY"
  jq -r 'select(.rtoSeconds) | "   RTO \(.rtoSeconds) s, RPO \(.rpoSeconds) s"' <<<"$API_BODY"
}

# look_at_report: the drill's evidence, checked as an auditor would: offline.
look_at_report() {
  local bundle=$STATE/drill-report.tar.zst
  download "/v1/runs/$PLAN_RUN/report.tar.zst" "$bundle"
  download "/v1/runs/$PLAN_RUN/report.html" "$STATE/drill-report.html"
  check "its signed bundle verifies offline" "$JAVA_HOME/bin/java" -jar "$ENGINE_JAR" verify-report "$bundle"
  say "   the report is $STATE/drill-report.html"
}

each_host_of() {
  local host
  for host in $(hosts_of "$1"); do lab_command "$2" "$host"; done
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

# look_at_refused_start: by the API, and behind its back.
look_at_refused_start() {
  local id uri
  api GET '/v1/instances?name=db-1'
  id=$(jq -r '[.items[] | select(.state == "RECOVERED")][0].id' <<<"$API_BODY")
  uri=$(host_line "$(jq -r '[.items[] | select(.state == "RECOVERED")][0].host' <<<"$API_BODY")" | cut -d' ' -f4)
  api POST "/v1/instances/$id:start"
  check "the engine does not start db-1 there: $(field .code)" equal 409 "$API_STATUS"
  check "nor does virsh start" virsh_refuses "$uri" "$id"
}
virsh_refuses() { ! virsh -q -c "$1" start "$2" >"$LOG/virsh-start.log" 2>&1 && grep -q holdfast "$LOG/virsh-start.log"; }
