# shellcheck shell=bash
# What the processes are told (addresses, ports, passwords: chosen once, kept in run/settings), what others are told
# (.holdfast/env), and how each one's health is asked for.

read_settings() { [ -f "$RUN/settings" ] && . "$RUN/settings"; }

# choose_settings: addresses on the lab's bridge, for the hosts reach nothing else; free ports below the kernel's own
# range, so that no outgoing connection takes one while its process is down.
choose_settings() {
  ! read_settings || return 0
  (umask 077 && cat >"$RUN/settings.new") <<EOF
BIND=$SUBNET.1
TEMPORAL_BIND=$SUBNET.2
POSTGRES_PORT=$(free_port 21)
TEMPORAL_PORT=$(free_port 22)
TEMPORAL_UI_PORT=$(free_port 23)
ENGINE_PORT=$(free_port 24)
ENGINE_ADMIN_PORT=$(free_port 25)
POSTGRES_PASSWORD=$(openssl rand -hex 24)
EOF
  mv "$RUN/settings.new" "$RUN/settings"
  read_settings
}

# make_keys: the key file of engine and workers, as 'java -jar holdfast-engine.jar key' makes it, without a JVM.
make_keys() {
  if [ -f "$DATA/keys" ]; then return 0; fi
  (umask 077 && printf 'lab-%s %s\n' "$(openssl rand -hex 4)" "$(openssl rand -base64 32)" >"$DATA/keys.new")
  mv "$DATA/keys.new" "$DATA/keys"
}

# make_signing_key: what signs reports of runs, as 'java -jar holdfast-engine.jar signing-key' makes it, without a JVM.
make_signing_key() {
  if [ -f "$DATA/signing-key" ]; then return 0; fi
  (umask 077 && openssl genpkey -algorithm ed25519 >"$DATA/signing-key.new")
  openssl pkey -in "$DATA/signing-key.new" -pubout >>"$DATA/signing-key.new"
  mv "$DATA/signing-key.new" "$DATA/signing-key"
}

# make_certificates: an authority of the lab's own, and for each host a certificate that it signed, in the host's own
# folder. The authority's key stays here; a host never sees another one's key.
make_certificates() {
  local folder=$DATA/authority name address own
  mkdir -p "$folder"
  if [ ! -f "$folder/ca.crt" ]; then
    (umask 077 && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=holdfast-lab \
      -keyout "$folder/ca.key" -out "$folder/ca.new") 2>>"$LOG/certificates.log"
    mv "$folder/ca.new" "$folder/ca.crt"
  fi
  while read -r name _ address _; do
    own=$DATA/hosts/$name/tls
    [ ! -f "$own/host.crt" ] || continue
    mkdir -p "$own"
    cp "$folder/ca.crt" "$own/ca.crt"
    (umask 077 && openssl req -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -subj "/CN=$name" \
      -keyout "$own/host.key" -out "$own/host.csr"
    openssl x509 -req -in "$own/host.csr" -CA "$folder/ca.crt" -CAkey "$folder/ca.key" -CAcreateserial -days 30 \
      -extfile <(printf 'subjectAltName=DNS:%s,IP:%s\n' "$name" "$address") -out "$own/host.new") 2>>"$LOG/certificates.log"
    mv "$own/host.new" "$own/host.crt"
  done < <(lab_hosts)
}

# free_port THOUSAND: a port of that thousand that nobody listens on. Labs that come up at once look in hundreds of their own.
free_port() {
  local port used
  used=$(ss -Hltn | awk '{print $4}')
  while port=$(($1 * 1000 + ${SUBNET##*.} % 10 * 100 + RANDOM % 100)) && grep -q ":$port\$" <<<"$used"; do :; done
  printf '%s' "$port"
}

engine_environment() {
  export HOLDFAST_BIND=$BIND HOLDFAST_ADMIN_BIND=$BIND HOLDFAST_HTTP_PORT=$ENGINE_PORT HOLDFAST_ADMIN_PORT=$ENGINE_ADMIN_PORT
  export HOLDFAST_PUBLIC_URL=http://$BIND:$ENGINE_PORT TEMPORAL_ADDRESS=$TEMPORAL_BIND:$TEMPORAL_PORT
  export HOLDFAST_DATABASE_URL=jdbc:postgresql://127.0.0.1:$POSTGRES_PORT/holdfast
  export HOLDFAST_DATABASE_USER=holdfast HOLDFAST_DATABASE_PASSWORD=$POSTGRES_PASSWORD
  export HOLDFAST_IMAGE_DIRECTORY=$DATA/images HOLDFAST_KEY_FILE=$DATA/keys
  export HOLDFAST_SIGNING_KEY_FILE=$DATA/signing-key HOLDFAST_CALLOUT_SECRET=what-the-lab-signs-with
  export HOLDFAST_CALLOUT_ADDRESSES=http://127.0.0.1:18123/
  export HOLDFAST_FENCING_LEASE=30
  export HOLDFAST_FENCING_AGENT=$ROOT/lab/fence-agent.sh HOLDFAST_STATE=$STATE HOLDFAST_LAB_SUBNET=$SUBNET
}

# Newer JVMs warn of what gRPC and JNA do, on every start.
jvm_flags() {
  local major
  major=$(jdk_major "$JAVA_HOME")
  if [ "$major" -ge 21 ]; then say --enable-native-access=ALL-UNNAMED; fi
  if [ "$major" -ge 23 ]; then say --sun-misc-unsafe-memory-access=allow; fi
}

# make_environment: .holdfast/env for people and outside checks. The token is made once, through the engine's own command.
make_environment() {
  local token
  if [ -f "$STATE/env" ]; then return 0; fi
  token=$(engine_environment && "$JAVA_HOME/bin/java" -Xmx256m -XX:TieredStopAtLevel=1 -jar "$ENGINE_JAR" \
    token --name admin --role admin config/engine.yml 2>>"$LOG/token.log" | tail -n 1)
  [ -n "$token" ] || { tail -n 15 "$LOG/token.log" >&2; die "the engine's token command printed no token; see $LOG/token.log"; }
  (umask 077 && cat >"$STATE/env.new") <<EOF
HOLDFAST_STATE=$(printf '%q' "$STATE")
HOLDFAST_LAB_SUBNET=$SUBNET
HOLDFAST_URL=http://$BIND:$ENGINE_PORT
HOLDFAST_ADMIN_URL=http://$BIND:$ENGINE_ADMIN_PORT
HOLDFAST_TOKEN=$(printf '%q' "$token")
TEMPORAL_ADDRESS=$TEMPORAL_BIND:$TEMPORAL_PORT
TEMPORAL_UI=http://$TEMPORAL_BIND:$TEMPORAL_UI_PORT
DATABASE_URL=postgresql://holdfast:$POSTGRES_PASSWORD@127.0.0.1:$POSTGRES_PORT/holdfast
EOF
  chown --reference="$ROOT" "$STATE/env.new"
  mv "$STATE/env.new" "$STATE/env"
}

# Exports what .holdfast/env says, for curl below and for the tests.
read_environment() {
  [ -f "$STATE/env" ] || return 1
  set -a
  . "$STATE/env"
  set +a
}

# health NAME: succeeds, or says on stdout what is missing. Every answer comes from the process itself.
health() {
  is_alive "$1" || { why_not_running "$1"; return 1; }
  case $1 in
    postgres) # its first line is the postmaster's pid, its eighth what pg_ctl waits for
      [ "$(sed -n '1p;8s/ *$//p' "$DATA/postgres/postmaster.pid" 2>/dev/null | xargs)" = "$(live_pid postgres) ready" ] \
        || { say "not ready for connections"; return 1; } ;;
    temporal)
      timeout 5 temporal operator namespace describe --address "$TEMPORAL_BIND:$TEMPORAL_PORT" -n default >/dev/null 2>&1 \
        || { say "does not answer for its namespace"; return 1; } ;;
    engine) engine_health ;;
    worker-*)
      is_connected "$(live_pid "$1")" "$TEMPORAL_PORT" || { say "not connected to Temporal"; return 1; } ;;
    libvirtd-*)
      timeout 5 virsh -q -c "$(host_line "${1#libvirtd-}" | cut -d' ' -f4)" version >/dev/null 2>&1 \
        || { say "does not answer virsh"; return 1; } ;;
  esac
}

# A silent host is no illness of the engine, though its /healthcheck tells of it.
engine_health() {
  local code
  read_environment || { say "there is no token in $STATE/env"; return 1; }
  code=$(http_code -H "Authorization: Bearer $HOLDFAST_TOKEN" "$HOLDFAST_URL/v1/jobs")
  [ "$code" = 200 ] || { say "/v1/jobs answers $code"; return 1; }
}

http_code() { curl -s -o /dev/null -m 5 -w '%{http_code}' "$@" || true; }

# is_connected PID PORT: an established TCP connection in the namespace of that process goes to PORT.
is_connected() {
  awk -v port="$(printf ':%04X' "$2")" 'index($3, port) == length($3) - 4 && $4 == "01" { found = 1 } END { exit !found }' \
    "/proc/$1/net/tcp" "/proc/$1/net/tcp6" 2>/dev/null
}

why_not_running() {
  if [ -f "$RUN/$1.exit" ]; then
    say "ended at $(cut -d' ' -f1,2 "$RUN/$1.exit"), exit status $(cut -d' ' -f3 "$RUN/$1.exit"); see $LOG/$1.log"
  else
    say "not running"
  fi
}

address() {
  case $1 in
    postgres) say "127.0.0.1:$POSTGRES_PORT" ;;
    temporal) say "$TEMPORAL_BIND:$TEMPORAL_PORT" ;;
    engine) say "http://$BIND:$ENGINE_PORT" ;;
    worker-* | libvirtd-*) say "$(host_line "${1#*-}" | cut -d' ' -f3)" ;;
  esac
}

# host_line HOST: its line of 'name site address libvirt-uri'.
host_line() { lab_hosts | grep "^$1 "; }
lab_hosts() { [ -x "$HOSTS" ] && "$HOSTS" hosts 2>/dev/null; }

# status: one line a process, those that should be there and are not as well. Ends 1 when one is not healthy.
status() {
  local name pid uptime why all=0 names
  if ! read_settings; then say "nothing is up; ./dev up starts it"; return 1; fi
  names=$(printf '%s\n' postgres temporal engine; lab_hosts | awk '{print "libvirtd-" $1; print "worker-" $1}'; process_names)
  printf '%-18s %-8s %-9s %-26s %s\n' NAME PID UPTIME ADDRESS HEALTH
  for name in $(awk '!seen[$0]++' <<<"$names"); do
    pid=$(live_pid "$name") || pid=-
    uptime=$([ "$pid" = - ] || ps -o etime= -p "$pid" | tr -d ' ')
    why=$(health "$name") && why=healthy || all=1
    printf '%-18s %-8s %-9s %-26s %s\n' "$name" "$pid" "${uptime:--}" "$(address "$name")" "$why"
  done
  return $all
}
