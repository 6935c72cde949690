create table files (
    id uuid primary key,
    channel_account_id uuid references channel_accounts,
    -- Where the provider keeps it, until we have our own copy.
    source jsonb not null,
    state text not null check (state in ('pending', 'ready', 'too_large', 'expired', 'failed')),
    media_type text not null default 'application/octet-stream',
    size bigint,
    name text not null default '',
    storage_key text,
    sha256 bytea,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    reason text not null default '',
    created_at timestamptz not null default now()
);
create index files_pending on files (next_attempt_at) where state = 'pending';

-- Which message shows which file, to tell its readers when the file is there.
create table message_files (
    file_id uuid not null references files on delete cascade,
    message_id uuid not null,
    conversation_id uuid not null references conversations on delete cascade,
    primary key (file_id, message_id)
);
