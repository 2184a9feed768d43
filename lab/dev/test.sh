# shellcheck shell=bash
# ./dev test and bench: Maven finds the tests, this file gives them their surroundings.

test_command() {
  [ $# -le 1 ] || wrong_call "test takes one PATTERN, or 'faults'"
  setup
  [ $# -gt 0 ] || install_test_tools
  trap 'end_tests $?' EXIT
  trap 'exit 130' INT TERM
  if [ "${1:-}" = faults ]; then
    test_faults
    return
  fi
  phase "unit, workflow and database tests"
  run_maven verify ${1:+"-Dtest=$1" -Dsurefire.failIfNoSpecifiedTests=false}
  if [ $# -eq 0 ]; then
    phase "down leaves nothing of an up that was killed"
    "$ROOT/lab/test-down.sh"
  fi
  phase "the lab comes up"
  up
  phase "lab tests"
  run_lab_tests "$@"
  if [ $# -eq 0 ]; then
    phase "the API against docs/openapi.yaml"
    run_api_test
  fi
}

# schemathesis sends what the document allows and what it does not; lab/schemathesis.toml says what counts as a failure.
# Last, for what it makes goes with the lab: networks, flavors, images, an instance.
run_api_test() {
  local token
  read_environment
  api POST /v1/tokens '{"name":"schemathesis","role":"OPERATOR"}'
  [ "$API_STATUS" = 201 ] || api_failed "POST /v1/tokens"
  token=$(field .token)
  if (cd "$RUN" && HOLDFAST_OPERATOR_TOKEN=$token timeout 300 "$TOOLS/schemathesis/bin/st" \
    --config-file "$ROOT/lab/schemathesis.toml" run "$ROOT/docs/openapi.yaml" --url "$HOLDFAST_URL") \
    >"$LOG/schemathesis.log" 2>&1; then
    grep -E 'generated|Seed' "$LOG/schemathesis.log"
  else
    tail -n 60 "$LOG/schemathesis.log"
    die "an answer is not as documented; all of it is in $LOG/schemathesis.log"
  fi
}

# Every cell of the fault matrix, or those that FAULT_CELLS names: a number, or patterns such as 'create/*/libvirtd,delete/*'.
test_faults() {
  phase "the lab comes up"
  up
  phase "faults at every step"
  export FAULT_CELLS=${FAULT_CELLS:-all}
  run_maven -o -q -pl engine -am -Plab test -Dtest=FaultMatrixTest -Dsurefire.failIfNoSpecifiedTests=false
}

run_maven() { as_owner env JAVA_HOME="$JAVA_HOME" mvn -B "$@"; }

# The tests with the JUnit tag 'lab'. The host worker's run inside a host, on its libvirtd. The engine's find the processes
# by HOLDFAST_* of .holdfast/env, and stop and start them with HOLDFAST_DEV.
run_lab_tests() {
  "$HOSTS" exec beta1 env JAVA_HOME="$JAVA_HOME" HOLDFAST_LAB_LIBVIRT_URI=qemu:///system \
    HOLDFAST_LAB_GUEST_IMAGE="$CACHE/guest.qcow2" \
    mvn -B -o -pl activities -am -Plab test ${1:+"-Dtest=$1"} -Dsurefire.failIfNoSpecifiedTests=false
  run_maven -pl engine -am -Plab verify ${1:+"-Dtest=$1"} -Dsurefire.failIfNoSpecifiedTests=false
}

# Whatever happened, the lab goes and the reports are named.
end_tests() {
  trap - EXIT INT TERM
  phase "the lab goes down"
  down || { [ "$1" -ne 0 ] || set -- 1; }
  say "reports: $(find . -path ./.holdfast -prune -o -type d \( -name surefire-reports -o -name failsafe-reports \) -print | tr '\n' ' ')"
  if [ "$1" -eq 0 ]; then phase_total "all tests passed"; else phase_total "TESTS FAILED (status $1)"; fi
  exit "$1"
}

# bench [NAME]: bench/NAME is a program that prints a table and writes bench/results/NAME.json; without NAME, each of them.
# It finds a lab that is up; one that was down before goes down again.
bench() {
  local name names=("$@")
  setup
  if [ $# -eq 0 ]; then mapfile -t names < <(find bench -maxdepth 1 -type f -perm -u+x -printf '%f\n' 2>/dev/null | sort); fi
  [ ${#names[@]} -gt 0 ] || die "there is no benchmark in bench/"
  for name in "${names[@]}"; do
    [ -x "bench/$name" ] || wrong_call "there is no benchmark bench/$name"
  done
  if ! read_settings; then
    trap 'end_bench $?' EXIT
    trap 'exit 130' INT TERM
  fi
  status >/dev/null || up
  read_environment
  for name in "${names[@]}"; do run_bench "$name"; done
}

# As root, for it works inside the hosts; its results belong to whom the checkout belongs.
run_bench() {
  local code=0
  mkdir -p bench/results
  "bench/$1" || code=$?
  chown -R --reference="$ROOT" bench/results
  return $code
}

end_bench() {
  trap - EXIT INT TERM
  down >/dev/null || { [ "$1" -ne 0 ] || set -- 1; }
  exit "$1"
}
