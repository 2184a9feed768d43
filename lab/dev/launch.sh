#!/usr/bin/env bash
# launch.sh NAME: becomes that process, so that the pid stays. Called by the supervisor; reads addresses, ports and
# passwords from run/settings. The two Java commands are those that an operator runs without this script.
set -euo pipefail
. "$(dirname "$0")/common.sh"
. "$(dirname "$0")/process.sh"
. "$(dirname "$0")/setup.sh"
. "$(dirname "$0")/services.sh"
read_settings

# PostgreSQL refuses to run as root. Inside a user namespace that maps root to nobody it is an ordinary user and still
# owns its files, though the checkout may be in a folder that is closed to others. With an IPC namespace of its own, no
# shared memory is left behind by SIGKILL.
launch_postgres() {
  local data=$DATA/postgres unprivileged=()
  if [ "$(id -u)" = 0 ]; then unprivileged=(unshare --user --ipc --map-user=65534 --map-group=65534); fi
  if [ ! -f "$data/PG_VERSION" ]; then
    rm -rf "$data" "$data.new"
    # --single speaks SQL with no server and no client: the role and the database are there before the first connection.
    # The role may make a base backup, connected to the database postgres.
    "${unprivileged[@]}" "$TOOLS/pgsql/bin/initdb" -D "$data.new" -U postgres --pwfile=<(openssl rand -hex 24) \
      --auth=scram-sha-256 --encoding=UTF8 --locale=C --no-instructions
    printf '%s\n\n' "CREATE ROLE holdfast LOGIN PASSWORD '$POSTGRES_PASSWORD';" "CREATE DATABASE holdfast OWNER holdfast;" \
      "GRANT EXECUTE ON FUNCTION pg_backup_start(text, boolean), pg_backup_stop(boolean) TO holdfast;" \
      | "${unprivileged[@]}" "$TOOLS/pgsql/bin/postgres" --single -j -D "$data.new" postgres
    mv "$data.new" "$data"
  fi
  # After SIGKILL: the backends of the dead postmaster end by themselves, soon; they must not meet its successor.
  wait_until 30 "the backends of the PostgreSQL before" no_backends
  rm -f "$data/postmaster.pid"
  cd "$data"
  # fsync is on by default: what was acknowledged is on the disk. Dynamic shared memory goes to files in the data folder.
  exec "${unprivileged[@]}" "$TOOLS/pgsql/bin/postgres" -D "$data" -p "$POSTGRES_PORT" -c listen_addresses=127.0.0.1 \
    -c unix_socket_directories= -c dynamic_shared_memory_type=mmap -c max_connections=60 -c shared_buffers=64MB
}

no_backends() {
  local folder
  for folder in /proc/[0-9]*; do
    if [ "$(readlink "$folder/cwd" 2>/dev/null)" = "$DATA/postgres" ]; then return 1; fi
  done
}

# WAL with synchronous=NORMAL: a killed server or worker loses nothing; a power cut of the whole machine may lose the last
# transactions. That is a laboratory's bargain (three times the throughput); production runs a Temporal cluster.
launch_temporal() {
  local attribute attributes=()
  for attribute in JobKind JobState ProjectId InstanceId HostId SiteId PlanId; do
    attributes+=(--search-attribute "$attribute=Keyword")
  done
  mkdir -p "$DATA/temporal"
  # The dev server's parts look for each other on 127.0.0.1, whatever --ip says; 0.0.0.0 on the machine itself would show
  # it, without a password, to the neighbours. So it gets a network namespace with one wire to the lab's bridge.
  exec unshare --net "$ROOT/lab/dev/plug.sh" "$TEMPORAL_BIND" \
    temporal server start-dev --ip 0.0.0.0 --port "$TEMPORAL_PORT" --ui-port "$TEMPORAL_UI_PORT" \
    --db-filename "$DATA/temporal/temporal.db" --sqlite-pragma journal_mode=WAL --sqlite-pragma synchronous=NORMAL \
    "${attributes[@]}" --log-level warn
}

# own_copy NAME JAR: a JVM reads its jars as long as it lives, and a build writes over them: each process runs from a copy
# of its jar and of the lib/ beside it.
own_copy() {
  rm -rf "${DATA:?}/jars/$1"
  mkdir -p "$DATA/jars/$1"
  cp -r --reflink=auto "$2" "${2%/*}/lib" "$DATA/jars/$1/"
  say "$DATA/jars/$1/${2##*/}"
}

# The first compiler alone: on a small machine the second one takes half of the engine's processor time for its first
# hundreds of jobs, and a lab's engine hardly lives longer. run/engine.flags has it run otherwise.
launch_engine() {
  engine_environment
  mkdir -p "$HOLDFAST_IMAGE_DIRECTORY"
  local flags=() jar
  jar=$(own_copy engine "$ENGINE_JAR")
  mapfile -t flags < <(cat "$RUN/engine.flags" 2>/dev/null || say -XX:TieredStopAtLevel=1; jvm_flags)
  exec "$JAVA_HOME/bin/java" -Xmx512m "${flags[@]}" -jar "$jar" server config/engine.yml
}

# A hypervisor's memory belongs to its guests: the worker gets a small heap and one collector thread. It has
# both compilers: without the second one SHA-256 takes three times as long. run/worker-H.environment has it told otherwise.
launch_worker() {
  export HOLDFAST_HOST_NAME=$1 TEMPORAL_ADDRESS=$TEMPORAL_BIND:$TEMPORAL_PORT HOLDFAST_KEY_FILE=$DATA/keys
  local tls=$DATA/hosts/$1/tls
  export HOLDFAST_STREAM_ADDRESS HOLDFAST_STREAM_CERTIFICATE=$tls/host.crt HOLDFAST_STREAM_KEY=$tls/host.key
  export HOLDFAST_STREAM_AUTHORITY=$tls/ca.crt
  export HOLDFAST_MIGRATION_URI HOLDFAST_MIGRATION_ADDRESS
  HOLDFAST_MIGRATION_ADDRESS=$(host_line "$1" | cut -d' ' -f3)
  HOLDFAST_MIGRATION_URI=$(host_line "$1" | cut -d' ' -f4)
  HOLDFAST_STREAM_ADDRESS=$HOLDFAST_MIGRATION_ADDRESS:7443
  export HOLDFAST_SHARED_POOLS=shared
  if [ -p "$STATE/lab/$1/watchdog" ]; then export HOLDFAST_WATCHDOG=$STATE/lab/$1/watchdog HOLDFAST_WATCHDOG_SECONDS=6; fi
  export HOLDFAST_STATE_DIRECTORY=$DATA/hosts # outlives a power cut of the host, goes with ./dev down
  local flags=() jar
  jar=$(own_copy "worker-$1" "$WORKER_JAR")
  mapfile -t flags < <(jvm_flags)
  if [ -f "$RUN/worker-$1.environment" ]; then
    set -a
    . "$RUN/worker-$1.environment"
    set +a
  fi
  exec "$HOSTS" exec "$1" "$JAVA_HOME/bin/java" @activities/host-worker.jvm "${flags[@]}" -jar "$jar" config/host-worker.yml
}

find_jdk || die "there is no JDK; ./dev setup installs one"
case $1 in
  postgres | temporal | engine) "launch_$1" ;;
  worker-*) launch_worker "${1#worker-}" ;;
  *) die "nothing launches '$1'" ;;
esac
