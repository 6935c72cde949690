create table channel_accounts (
    id uuid primary key,
    kind text not null,
    name text not null,
    settings jsonb not null default '{}',
    encrypted_secrets bytea not null,
    inbound_mode text not null check (inbound_mode in ('webhook', 'polling')),
    queue_id uuid,
    reopen_seconds integer not null default 86400 check (reopen_seconds >= 0),
    is_enabled boolean not null default true,
    poll_offset bigint not null default 0,
    -- A bucket that the provider shut: nothing is sent before this moment.
    sending_blocked_until timestamptz,
    health text not null default 'unknown' check (health in ('unknown', 'ok', 'failing')),
    health_detail text not null default '',
    health_at timestamptz,
    created_at timestamptz not null default now()
);

create table raw_payloads (
    id uuid not null,
    channel_account_id uuid not null references channel_accounts,
    external_id text not null,
    received_at timestamptz not null default now(),
    body bytea not null,
    translation text not null check (translation in ('translated', 'ignored', 'failed')),
    error text not null default '',
    primary key (id)
) partition by range (id);
create index raw_payloads_failed on raw_payloads (channel_account_id, id)
    where translation = 'failed';
create table raw_payloads_default partition of raw_payloads default;
insert into partitioned_tables values ('raw_payloads', 'uuid7');

-- One row for each thing a provider told us, so that it is taken in once however often it is told.
-- Apart from the messages because a unique key cannot span monthly partitions.
create table inbound_keys (
    channel_account_id uuid not null references channel_accounts,
    external_id text not null,
    raw_payload_id uuid not null,
    received_at timestamptz not null default now(),
    primary key (channel_account_id, external_id)
);
create index inbound_keys_by_age on inbound_keys (received_at);

-- Published: what other features may join of an account.
create view channel_account_cards as select id, kind, name from channel_accounts;
