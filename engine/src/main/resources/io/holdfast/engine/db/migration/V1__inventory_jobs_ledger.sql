-- Inventory, jobs and ledger. Sums over reservations replace counters, and constraints replace
-- checks, so that no code path can promise the same thing twice.

create table token (
  id         uuid primary key,
  name       text not null unique,
  role       text not null check (role in ('VIEWER', 'OPERATOR', 'ADMIN')),
  project    text not null default 'default',
  sha256     text not null unique,            -- of the token; the token itself is shown once
  created_at timestamptz not null
);

-- Keys that every engine must share (the signing key of image addresses).
create table shared_key (
  name  text primary key,
  value bytea not null
);

create table site (
  id         uuid primary key,
  name       text not null unique,
  created_at timestamptz not null
);

create table host (
  id              uuid primary key,           -- derives from the name (HostId.ofName)
  name            text not null unique,
  site_id         uuid not null references site,
  state           text not null check (state in ('REGISTERED', 'ACTIVE', 'MAINTENANCE')),
  facts           jsonb,                      -- HostFacts as the host sent them
  cpus            int not null default 0,
  memory_mib      bigint not null default 0,
  last_seen_at    timestamptz,                -- the last answer of the host worker
  unreachable_since timestamptz,              -- null while it answers
  created_at      timestamptz not null
);

create table pool (
  host_id         uuid not null references host on delete cascade,
  name            text not null,
  path            text not null,
  capacity_bytes  bigint not null,
  reflink         boolean not null,
  primary key (host_id, name)
);

create table flavor (
  id         uuid primary key,
  name       text not null unique,
  vcpus      int not null check (vcpus > 0),
  memory_mib int not null check (memory_mib > 0),
  disk_gib   int not null check (disk_gib > 0),
  created_at timestamptz not null
);

create table image (
  id                 uuid primary key,
  name               text not null unique,
  state              text not null check (state in ('AWAITING_CONTENT', 'IMPORTING', 'AVAILABLE')),
  format             text not null check (format in ('RAW', 'QCOW2', 'AUTO')),
  readiness          text not null check (readiness in ('AGENT', 'DHCP', 'NONE')),
  source_url         text,
  expected_sha256    text,
  sha256             text,
  size_bytes         bigint,
  virtual_size_bytes bigint,
  created_at         timestamptz not null
);

create table image_copy (
  image_id uuid not null references image on delete cascade,
  host_id  uuid not null references host on delete cascade,
  pool     text not null,
  primary key (image_id, host_id, pool)
);

create table network (
  id         uuid primary key,
  name       text not null unique,
  mode       text not null check (mode in ('NAT', 'ISOLATED')),
  cidr       cidr not null,
  created_at timestamptz not null,
  exclude using gist (cidr inet_ops with &&)  -- two networks never overlap
);

create table instance (
  id          uuid primary key,               -- derives from the job that made it
  project     text not null default 'default',
  name        text not null,
  spec        jsonb not null,                 -- what the caller asked for, names resolved
  image_id    uuid not null references image,
  site_id     uuid references site,           -- asked for, or null
  wanted_host uuid references host,           -- asked for, or null
  host_id     uuid references host,           -- where it was placed, or null
  pool        text,
  power_state text not null default 'UNKNOWN',
  power_seen_at timestamptz,                  -- when it was first seen in this state
  labels      jsonb not null default '{}',
  addresses   jsonb not null default '[]',    -- what the guest said of itself
  created_at  timestamptz not null,
  unique (project, name)
);
create index instance_by_page on instance (created_at, id);
create index instance_by_host on instance (host_id);

-- The ledger: one row an instance, gone when it is released.
create table reservation (
  instance_id uuid primary key references instance on delete cascade,
  job_id      uuid not null,
  host_id     uuid not null references host,
  pool        text not null,
  vcpus       int not null,
  memory_mib  bigint not null,
  disk_bytes  bigint not null,
  created_at  timestamptz not null
);
create index reservation_by_host on reservation (host_id);

create table port (
  instance_id uuid not null references instance on delete cascade,
  position    int not null,
  network_id  uuid not null references network,
  mac         text not null unique,
  ipv4        inet,                           -- null until reserved
  primary key (instance_id, position),
  unique (network_id, ipv4)
);

create table job (
  id           uuid primary key,
  project      text not null default 'default',
  kind         text not null,
  target_type  text not null,                 -- instance, image, host
  target_id    uuid not null,
  target_name  text not null,
  state        text not null,
  request      jsonb not null default '{}',   -- what a run needs besides its target (power action)
  result       jsonb,
  error        jsonb,                         -- JobFailure
  undone       boolean not null default false,
  submitted_by text not null,
  created_at   timestamptz not null,
  dispatched_at timestamptz,                  -- when Temporal took it; null is the outbox
  started_at   timestamptz,
  ended_at     timestamptz,
  revision     bigint not null default 0      -- grows with each change, for long polls
);
create index job_by_page on job (created_at, id);
create index job_outbox on job (created_at) where dispatched_at is null;
-- One job at a time on a target: the lease that a dead thread cannot hold, since it is the job.
create unique index job_one_active_per_target on job (target_id)
  where state in ('PENDING', 'RUNNING', 'BLOCKED', 'WAITING_FOR_APPROVAL');
create index job_by_target on job (target_id, created_at);

create table job_step (
  job_id     uuid not null references job on delete cascade,
  position   int not null,
  name       text not null,
  state      text not null,
  attempt    int not null default 0,
  started_at timestamptz,
  ended_at   timestamptz,
  changed_at timestamptz,                     -- workflow time; an older change that comes late is ignored
  detail     text,
  error      jsonb,
  primary key (job_id, position),
  unique (job_id, name)
);

create table idempotency_key (
  project       text not null,
  key           text not null,
  request_sha256 text not null,               -- of method, path and body
  job_id        uuid,                         -- what it made: a job ...
  resource_id   uuid,                         -- ... or a definition
  created_at    timestamptz not null,
  primary key (project, key)
);
