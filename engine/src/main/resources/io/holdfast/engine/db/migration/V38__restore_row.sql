-- Brings back a row that was kept as JSON when it went, also one that was kept before the table had all of its columns: what
-- the JSON does not name gets its default. How many rows came back: none where one of its keys is there.
create function restore_row(target regclass, kept jsonb) returns int language plpgsql as $$
declare
  columns text;
  restored int;
begin
  select string_agg(quote_ident(attname), ', ') into columns
  from pg_attribute
  where attrelid = target and attnum > 0 and not attisdropped and kept ? cast(attname as text);
  execute format(
    'insert into %1$s (%2$s) select %2$s from jsonb_populate_record(null::%1$s, $1) on conflict do nothing',
    target, columns) using kept;
  get diagnostics restored = row_count;
  return restored;
end $$;
