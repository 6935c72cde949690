-- What an administrator calls a site's key, and when a token that was signed with it was last believed, to the minute.
alter table sign_in_keys add column name text not null default '';
alter table sign_in_keys add column used_at timestamptz;
