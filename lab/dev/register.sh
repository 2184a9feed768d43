# shellcheck shell=bash
# The HTTP client of ./dev, and what up registers with it: sites, hosts, flavors, the guest image, the default network.

# api METHOD PATH [BODY]: leaves API_STATUS and API_BODY. A server that does not answer is status 000.
api() {
  local arguments=(-sS -m 60 -X "$1" -H "Authorization: Bearer $HOLDFAST_TOKEN")
  [ "$1" != POST ] || arguments+=(-H "Idempotency-Key: $(cat /proc/sys/kernel/random/uuid)")
  [[ "$1 $2" != 'GET /v1/jobs/'* ]] || arguments+=(-H 'Prefer: wait=20') # answers on the next change
  if [[ ${3:-} == @* ]]; then
    arguments+=(-H 'Content-Type: application/octet-stream' -T "${3#@}")
  elif [ -n "${3:-}" ]; then
    arguments+=(-H 'Content-Type: application/json' --data-binary "$3")
  fi
  API_BODY=$(curl "${arguments[@]}" -w '\n%{http_code}' "$HOLDFAST_URL$2" 2>>"$LOG/http.log") || true
  API_STATUS=${API_BODY##*$'\n'} API_BODY=${API_BODY%$'\n'*}
}

# field FILTER: of the last answer; empty when it is not there.
field() { jq -r "$1 // empty" <<<"$API_BODY" 2>/dev/null; }

api_failed() {
  die "$1: $API_STATUS $(jq -r '[.title, .detail] | map(select(.)) | join(": ")' <<<"$API_BODY" 2>/dev/null || say "$API_BODY")"
}

# download PATH FILE: as it is.
download() {
  curl -sS -f -m 60 -H "Authorization: Bearer $HOLDFAST_TOKEN" -o "$2" "$HOLDFAST_URL$1" || die "GET $1 failed"
}

# ensure PATH BODY: makes a thing unless it is there already; API_BODY is the answer, API_STATUS 409 says that it was.
ensure() {
  api POST "$1" "$2"
  case $API_STATUS in 200 | 201 | 202 | 409) ;; *) api_failed "POST $1 $2" ;; esac
}

# await_job ID [EACH]: until the job has ended, calling EACH after every answer. An engine that is away is waited for: the
# job is not in it. Fails when the job did not succeed.
await_job() {
  local deadline=$(($(now_ms) + ${JOB_SECONDS:-120} * 1000))
  while api GET "/v1/jobs/$1"; do
    case $API_STATUS in
      200) ;;
      000 | 502 | 503) ;;
      *) api_failed "GET /v1/jobs/$1" ;;
    esac
    [ "$API_STATUS" != 200 ] || [ -z "${2:-}" ] || "$2"
    case $(field .state) in
      SUCCEEDED) return 0 ;;
      FAILED | CANCELLED | BLOCKED | WAITING_FOR_APPROVAL)
        warn "dev: job $1 is $(field .state): $(field '.error.detail // ([.steps[]?.error.detail // empty] | last) // .summary')"
        return 1 ;;
    esac
    if (($(now_ms) > deadline)); then warn "dev: job $1 is still $(field .state)"; return 1; fi
    sleep 0.1
  done
}

register() {
  local name site job jobs=()
  while read -r name site _; do
    ensure /v1/sites "{\"name\":\"$site\"}"
    ensure /v1/hosts "{\"name\":\"$name\",\"site\":\"$site\"}"
    [ "$API_STATUS" != 202 ] || jobs+=("$(field .id)")
  done < <(lab_hosts)
  ensure /v1/flavors '{"name":"tiny","vcpus":1,"memoryMiB":128,"diskGiB":1}'
  ensure /v1/flavors '{"name":"small","vcpus":1,"memoryMiB":256,"diskGiB":2}'
  ensure /v1/networks '{"name":"default","mode":"NAT","cidr":"10.90.0.0/24"}'
  register_image
  for job in "${jobs[@]}"; do await_job "$job" || exit 1; done
}

# An image that was registered by an up that did not get further has no content yet; one that has it is left alone.
register_image() {
  local id
  ensure /v1/images '{"name":"guest","format":"qcow2","readiness":"AGENT"}'
  id=$(field .id)
  if [ "$API_STATUS" = 409 ]; then
    api GET '/v1/images?name=guest'
    id=$(field '.items[0].id')
    if [[ $(field '.items[0].state') =~ ^(READY|AVAILABLE|ACTIVE)$ ]]; then return 0; fi
  fi
  api PUT "/v1/images/$id/content" "@$CACHE/guest.qcow2"
  case $API_STATUS in
    202) await_job "$(field .id)" || exit 1 ;;
    200 | 201 | 204 | 409) ;;
    *) api_failed "PUT /v1/images/$id/content" ;;
  esac
}
