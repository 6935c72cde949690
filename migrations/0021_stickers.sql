-- The sets of stickers that an account's agents choose from, as the provider last listed them.
create table sticker_sets (
    id uuid primary key,
    channel_account_id uuid not null references channel_accounts,
    -- As the provider spells it.
    name text not null,
    title text not null default '',
    -- `vanished`: the provider has it no longer. What was listed may still be sent.
    state text not null default 'listed' check (state in ('listed', 'vanished')),
    created_at timestamptz not null default now(),
    refreshed_at timestamptz not null default now(),
    next_refresh_at timestamptz not null,
    -- How often in a row the provider could not be asked, and what it said.
    failures integer not null default 0,
    reason text not null default '',
    unique (channel_account_id, name)
);
create index sticker_sets_due on sticker_sets (next_refresh_at);

create table stickers (
    id uuid primary key,
    sticker_set_id uuid not null references sticker_sets on delete cascade,
    -- The provider's name of the picture, the same at every listing.
    external_key text not null,
    position integer not null,
    format text not null check (format in ('webp', 'tgs', 'webm')),
    emojis text[] not null default '{}',
    width integer,
    height integer,
    file_id uuid not null references files,
    thumbnail_file_id uuid references files,
    unique (sticker_set_id, external_key)
);
-- A file is looked for by who may see it, and before it is thrown away.
create index stickers_by_file on stickers (file_id);
create index stickers_by_thumbnail on stickers (thumbnail_file_id)
    where thumbnail_file_id is not null;

-- That an agent is typing, until the channel has been told. Worth nothing after a few seconds, so a
-- crash may take it.
create unlogged table typing_signals (
    conversation_id uuid primary key references conversations on delete cascade,
    channel_account_id uuid not null,
    typed_at timestamptz not null,
    is_told boolean not null default false
);
create index typing_signals_by_account on typing_signals (channel_account_id);
