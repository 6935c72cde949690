-- Versions of widgets' loaders that were fixed: the very bytes, since sites name their hash and a
-- browser refuses any others. A version goes with its widget and not before: nobody tells us which
-- pages still load it.
create table widget_loaders (
    channel_account_id uuid not null references channel_accounts on delete cascade,
    -- The beginning of the SHA-256 of the body.
    version text not null,
    body bytea not null,
    created_at timestamptz not null default now(),
    primary key (channel_account_id, version)
);
