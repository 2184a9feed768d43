-- Lists by label and by site must not read the whole inventory when few instances match.

-- For labels @> '{"key": "value"}', the one question that lists ask of labels: half the size of the default operators.
create index instance_by_label on instance using gin (labels jsonb_path_ops);

-- Instances that were asked for at a site and are not placed; those that are placed are found by their host.
create index instance_by_site on instance (site_id) where host_id is null;
