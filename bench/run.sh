# shellcheck shell=bash
# Runs a benchmark's Java program, bench/src/NAME.java, with the engine's libraries; sourced by the programs beside it.
# Called by ./dev bench, which brings the lab up and leaves it as it was.

cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." || exit 1

# run_java CLASS [ARGUMENT...]: compiles all of bench/src, becomes the program.
run_java() {
  local classes=.holdfast/bench libraries='engine/target/lib/*' flags=()
  mkdir -p "$classes"
  "$JAVA_HOME/bin/javac" -Xlint:all,-processing -Werror -proc:none -cp "$libraries" -d "$classes" bench/src/*.java
  . lab/dev/services.sh
  . lab/dev/setup.sh
  mapfile -t flags < <(jvm_flags)
  exec "$JAVA_HOME/bin/java" -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx256m "${flags[@]}" -cp "$classes:$libraries" "$@"
}
