-- The instance was found to be the source's after it was to be handed over: what has arrived at the target is none of it.
alter table migration add taken_back boolean not null default false;
