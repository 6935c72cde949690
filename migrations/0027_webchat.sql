-- Browsers that chat; of who sits before them nothing. Only the SHA-256 of a token is kept; the former one stays good for a moment
-- after a rotation, since the answer that brought the new one may have been lost.
create table visitors (
    id uuid primary key,
    channel_account_id uuid not null references channel_accounts on delete cascade,
    token_hash bytea not null unique,
    former_token_hash bytea unique,
    rotated_at timestamptz not null default now(),
    created_at timestamptz not null default now(),
    seen_at timestamptz not null default now(),
    ended_at timestamptz
);
create index visitors_by_age on visitors (seen_at);

-- A ticket opens one socket: whoever finds it later finds it used.
create table used_tickets (
    id uuid primary key,
    expires_at timestamptz not null
);
create index used_tickets_by_age on used_tickets (expires_at);

alter table channel_accounts drop constraint channel_accounts_inbound_mode_check;
alter table channel_accounts add constraint channel_accounts_inbound_mode_check
    check (inbound_mode in ('webhook', 'polling', 'direct')) not valid;
alter table channel_accounts validate constraint channel_accounts_inbound_mode_check;
