-- What a host's pools lie on, and what is taken of it by whomever, as the last census of the host said.
alter table pool
  add column file_system text,     -- the same for pools of the host that lie on it; null: not known
  add column total_bytes bigint,   -- of the file system; 0: the pool's storage is away; null: not known
  add column free_bytes  bigint;   -- that nobody has taken; null: not known

-- A host does not go in the moment in which a move is planned there, whose claim this row is. Of moves that are over the
-- target's name stays; those from before may name hosts that have gone.
alter table evacuation_move
  add constraint evacuation_move_target foreign key (target_host) references host on delete set null not valid;
