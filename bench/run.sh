# shellcheck shell=bash
# Runs a benchmark's Java program, bench/src/NAME.java, with the engine's libraries; sourced by the programs beside it.
# Called by ./dev bench, which brings the lab up and leaves it as it was.

for part in common services setup; do
  # shellcheck disable=SC1090
  . "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/../lab/dev/$part.sh"
done

# run_java CLASS [ARGUMENT...]: compiles all of bench/src, becomes the program. Without the lint "path": the manifest of
# a library names its own libraries by the versions that it was built with.
run_java() {
  local classes=$STATE/bench libraries='engine/target/lib/*' flags=()
  rm -rf "$classes"
  mkdir -p "$classes"
  cp bench/src/logback.xml "$classes"
  "$JAVA_HOME/bin/javac" -Xlint:all,-path,-processing,-try -Werror -proc:none -cp "$libraries" -d "$classes" bench/src/*.java
  mapfile -t flags < <(jvm_flags)
  exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m "${flags[@]}" -cp "$classes:$libraries" "$@"
}

# with_both_compilers CLASS: as run_java, with an engine that was started anew with the JVM's own settings, and once more
# afterwards with the lab's. BENCH_JAVA is the command for other processes, a word a line.
with_both_compilers() {
  local flags=()
  mapfile -t flags < <(jvm_flags)
  BENCH_JAVA=$(printf '%s\n' "$JAVA_HOME/bin/java" "${flags[@]}")
  export BENCH_JAVA
  trap 'rm -f "$RUN/engine.flags"; start_engine_anew' EXIT
  : >"$RUN/engine.flags"
  start_engine_anew
  (run_java "$1")
}

start_engine_anew() { "$HOLDFAST_DEV" stop engine && "$HOLDFAST_DEV" start engine; }
