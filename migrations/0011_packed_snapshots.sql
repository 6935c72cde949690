-- A hundred thousand waiting conversations are 45 MB of JSON. As jsonb the server parsed and
-- compressed that for so long that a snapshot could outlast the limit of a transaction; packed by
-- the router it is a few megabytes that the server only stores.
-- A router that finds no snapshot takes in the rows anew.
delete from router_snapshots;
-- The state after `seq` lines: JSON, compressed (zlib, RFC 1950).
alter table router_snapshots drop column state;
alter table router_snapshots add column state bytea storage external not null;
