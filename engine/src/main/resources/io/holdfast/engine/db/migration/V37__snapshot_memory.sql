-- Snapshots that have the guest's memory beside its disks.

alter table snapshot add column memory boolean not null default false;
alter table snapshot add column memory_bytes bigint not null default 0; -- that its file takes
