-- What the streams from one site to another may take together.
create table bandwidth_limit (
  from_site     uuid not null references site on delete cascade,
  to_site       uuid not null references site on delete cascade,
  mib_per_second integer not null check (mib_per_second >= 0),  -- when no window is open; 0: no limit
  time_zone     text not null,                                  -- IANA
  windows       jsonb not null,                                 -- from, until (HH:mm), mibPerSecond
  changed_at    timestamptz not null,
  primary key (from_site, to_site),
  check (from_site <> to_site)
);
