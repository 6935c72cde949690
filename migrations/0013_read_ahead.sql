-- The router takes a fact as soon as it is committed, also while an older transaction still runs: the
-- positions that it has taken beyond its cursor.
alter table router_cursors add column log_ahead bigint[] not null default '{}';
-- Where the log stood at a snapshot nobody has ever asked: the cursor says how far it was read.
alter table router_snapshots drop column log_xid, drop column log_position;
