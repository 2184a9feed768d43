-- An address may go with an instance that is recovered in the network that it had it in. The one that takes over
-- has it then; the one that it takes over from keeps it in mind, and gets it back when the other one goes.
alter table port add column lent_to uuid;     -- the instance that has the address now, or null
alter table port drop constraint port_network_id_ipv4_key;
create unique index port_address on port (network_id, ipv4) where lent_to is null;
create index port_lent on port (lent_to) where lent_to is not null;

create function address_given_back() returns trigger language plpgsql as $$
begin
  update port set lent_to = null
  where lent_to = old.instance_id and network_id = old.network_id and ipv4 = old.ipv4;
  return null;
end $$;
create trigger address_given_back after delete on port
  for each row when (old.ipv4 is not null) execute function address_given_back();
