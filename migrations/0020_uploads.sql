-- A file may be an agent's upload: it then comes from no provider.
alter table files alter column source set default '{}';
alter table files add column if not exists uploaded_by uuid references users;
-- Of the uploader's own making, so that a request that is sent again makes no second file.
alter table files add column client_id uuid;
alter table files add column if not exists kind text;
alter table files add column used_at timestamptz;

alter table files add column if not exists width integer;
alter table files add column if not exists height integer;
alter table files add column if not exists duration_seconds integer;
-- Loudness of stretches of equal length, a byte of 0 to 100 each.
alter table files add column waveform bytea;
alter table files add column thumbnail_key text;
alter table files add column thumbnail_size bigint;
alter table files add column thumbnail_sha256 bytea;
-- When a worker is to look for a thumbnail and a waveform; null when one has.
alter table files add column preview_due_at timestamptz default now();
alter table files add column preview_attempts integer not null default 0;
-- A file whose bytes are ours is pending until they were scanned.
alter table files add column scan_due_at timestamptz;
alter table files add column scan_attempts integer not null default 0;

-- Not validated: what is there satisfied a narrower one, and nobody waits while it is read.
alter table files drop constraint files_state_check;
alter table files add constraint files_state_check
    check (state in ('pending', 'ready', 'too_large', 'expired', 'failed', 'infected')) not valid;

create unique index files_of_client on files (uploaded_by, client_id) where client_id is not null;
create index files_of_uploader on files (uploaded_by, created_at) where uploaded_by is not null;
create index files_unused on files (created_at) where uploaded_by is not null and used_at is null;
create index files_to_scan on files (scan_due_at) where state = 'pending' and storage_key is not null;
create index files_to_preview on files (preview_due_at)
    where state = 'ready' and preview_due_at is not null;

-- Bytes of the store that no file names: not yet, or no longer. They are deleted when they are due.
create table loose_files (
    storage_key text primary key,
    due_at timestamptz not null
);
create index loose_files_due on loose_files (due_at);
