-- Hosts that a watchdog resets unless they are told in time that they may run on: when nothing of them runs any more.
create table host_lease (
  host_id uuid primary key references host on delete cascade,
  off_at  timestamptz not null
);

alter table fencing_proof drop constraint fencing_proof_proof_check;
alter table fencing_proof add constraint fencing_proof_proof_check
  check (proof in ('OPERATOR', 'HOST_CONFIRMED', 'AGENT', 'LEASE_EXPIRED'));
