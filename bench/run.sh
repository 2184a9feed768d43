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
