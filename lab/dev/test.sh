# shellcheck shell=bash
# ./dev test and bench: Maven finds the tests, this file gives them their surroundings.

test_command() {
  [ $# -le 1 ] || wrong_call "test takes one PATTERN, 'long' or 'faults'"
  setup
  trap 'end_tests $?' EXIT
  trap 'exit 130' INT TERM
  case "$# ${1:-}" in
    '0 ') test_all ;;
    '1 long') test_long ;;
    '1 faults') test_faults ;;
    *) test_some "$1" ;;
  esac
}

# Tests wait most of their time, so three labs share it: two for the engine's tests, which kill what the others need, and
# one for the tests inside a host and for the API's, and then, made anew, for what the engine's has left.
test_all() {
  install_test_tools
  phase "the code's format" # of all modules first, for a module is judged only when its tests have run
  run_maven -q spotless:check
  phase "unit, workflow and database tests"
  run_maven verify
  phase "down leaves nothing of an up that was killed"
  "$ROOT/lab/test-down.sh"
  phase "three labs come up"
  make_guest_image # once; the labs beside borrow it
  all_of up 'up_beside 2' 'up_beside 3'
  phase "tests on the labs"
  read_environment
  : >"$(taken_lab 3)"
  all_of 'engine_lab_tests 3' third_lab_tests
}

# taken_lab N: while this file is there, tests of the engine wait for that lab (LabEnvironment).
taken_lab() { printf '%s/taken' "$(state_of_lab "$1")"; }

test_some() {
  phase "unit, workflow and database tests"
  run_maven verify "-Dtest=$1" -Dsurefire.failIfNoSpecifiedTests=false
  phase "the lab comes up"
  up
  phase "lab tests"
  read_environment
  host_lab_tests "-Dtest=$1" -Dtest.excluded.tags=
  engine_lab_tests 1 "-Dtest=$1" -Dtest.excluded.tags=
}

# schemathesis sends what the document allows and what it does not; lab/schemathesis.toml says what counts as a failure.
# Last, for what it makes goes with the lab: networks, flavors, images, an instance. Further arguments are schemathesis's.
run_api_test() {
  local token
  read_environment
  api POST /v1/tokens '{"name":"schemathesis","role":"OPERATOR"}'
  [ "$API_STATUS" = 201 ] || api_failed "POST /v1/tokens"
  token=$(field .token)
  if (cd "$RUN" && HOLDFAST_OPERATOR_TOKEN=$token timeout 2400 "$TOOLS/schemathesis/bin/st" \
    --config-file "$ROOT/lab/schemathesis.toml" run "$ROOT/docs/openapi.yaml" --url "$HOLDFAST_URL" "$@") \
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
  read_environment
  export FAULT_CELLS=${FAULT_CELLS:-all}
  engine_lab_tests 1 -Dtest=FaultMatrixTest,RoundFaultTest,MigrationFaultTest,RecoveryFaultTest -Dtest.excluded.tags=
}

# What 'test' leaves out: the tests with the JUnit tag 'long' besides.
test_long() {
  install_test_tools
  phase "three labs come up"
  make_guest_image
  all_of up 'up_beside 2' 'up_beside 3'
  phase "long tests on the labs"
  read_environment
  all_of 'engine_lab_tests 2 -Dtest.tags=lab&long -Dtest.excluded.tags=' long_host_tests
}
long_host_tests() {
  in_lab 3
  host_lab_tests '-Dtest.tags=lab&long' -Dtest.excluded.tags=
  read_environment
  run_api_test --max-examples 60
}

run_maven() { as_owner env JAVA_HOME="$JAVA_HOME" mvn -B "$@"; }

# The tests with the JUnit tag 'lab'. The engine's find the processes by .holdfast/env of their lab, and stop and start
# them with HOLDFAST_DEV; each lab is one JVM's. The host worker's run inside a host, on its libvirtd.
engine_lab_tests() {
  local labs=$1 lab
  shift
  for ((lab = 1; lab <= labs; lab++)); do export "HOLDFAST_LAB_$lab=$(state_of_lab $lab)"; done
  run_maven -o -pl engine -am -Plab test "-Dtest.forks=$labs" -Dsurefire.failIfNoSpecifiedTests=false "$@"
}

host_lab_tests() {
  "$HOSTS" exec beta1 env JAVA_HOME="$JAVA_HOME" HOLDFAST_LAB_LIBVIRT_URI=qemu:///system \
    HOLDFAST_LAB_GUEST_IMAGE="$CACHE/guest.qcow2" \
    mvn -B -o -pl activities -am -Plab test -Dtest.temp=surefire-host -Dsurefire.failIfNoSpecifiedTests=false "$@"
}

third_lab_tests() {
  local taken
  taken=$(taken_lab 3)
  # shellcheck disable=SC2064 # the file's name of now
  trap "rm -f '$taken'" EXIT
  in_lab 3
  host_lab_tests
  read_environment
  run_api_test
  down # with what the API's test has made
  up
}

# Whatever happened, the lab goes and the reports are named.
end_tests() {
  trap - EXIT INT TERM
  phase "the labs go down"
  end_parts
  down_all || { [ "$1" -ne 0 ] || set -- 1; }
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
    install_bench_tools "$name"
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
