-- A person's account (its owner's) in whose chats one of our channel accounts may read and answer. The
-- provider's own name for the connection changes whenever it is made anew; the owner stays.
create table business_connections (
    id uuid primary key,
    channel_account_id uuid not null references channel_accounts,
    owner_external_id text not null,
    owner_name text not null,
    -- What the provider calls the present one.
    external_id text not null,
    is_enabled boolean not null,
    can_reply boolean not null,
    can_mark_read boolean not null,
    can_delete boolean not null,
    -- How long after a customer's message they may be answered; null for as long as one likes.
    reply_window_seconds integer,
    connected_at timestamptz not null,
    -- The payload that told this, so that an older one changes nothing; zero if we asked ourselves.
    told_by uuid not null,
    unique (channel_account_id, owner_external_id)
);

-- Every name that a connection has had: what was said through an older one may come late.
create table business_connection_keys (
    channel_account_id uuid not null references channel_accounts,
    external_id text not null,
    business_connection_id uuid not null references business_connections on delete cascade,
    primary key (channel_account_id, external_id)
);
create index business_connection_keys_by_connection
    on business_connection_keys (business_connection_id);

-- In whose account's chats an address is, if not in our own.
alter table addresses add column business_connection_id uuid references business_connections;
create index addresses_by_business_connection on addresses (business_connection_id)
    where business_connection_id is not null;

-- Published: the addresses in chats of an owner's account, with the connection as it is now. The
-- address is named `<owner>:<chat>`, for the same customer may write to several owners.
create view business_chats as
    select a.id as address_id, substr(a.external_id, length(b.owner_external_id) + 2)
               as chat_external_id,
           b.id as business_connection_id, b.channel_account_id, b.owner_name,
           b.external_id as connection_external_id, b.is_enabled, b.can_reply, b.can_mark_read,
           b.can_delete, b.reply_window_seconds
      from addresses a join business_connections b on b.id = a.business_connection_id;

-- Until when the channel lets us answer; null where it sets no end.
alter table conversations add column reply_until timestamptz;

alter table messages drop constraint messages_author_kind_check;
alter table messages add constraint messages_author_kind_check check
    (author_kind in ('contact', 'agent', 'assistant', 'system', 'account_owner')) not valid;
-- It was deleted there, by the customer or the account's owner, and not by us.
alter table messages add column is_deleted_in_channel boolean not null default false;
alter table album_pictures add column deleted_at timestamptz;

-- What was deleted before we had it. Named as the provider does, for its address may be unknown yet.
create table early_deletions (
    channel_account_id uuid not null references channel_accounts,
    address_external_id text not null,
    external_id text not null,
    at timestamptz not null,
    received_at timestamptz not null default now(),
    primary key (channel_account_id, address_external_id, external_id)
);
create index early_deletions_by_age on early_deletions (received_at);

-- How far our side has read in an owner's chat, for the provider to show. A row stays when it was
-- told, without a next attempt, so that nothing older is told after it.
create table channel_reads (
    address_id uuid primary key references addresses on delete cascade,
    channel_account_id uuid not null references channel_accounts,
    message_id uuid not null,
    external_id text not null,
    attempts integer not null default 0,
    next_attempt_at timestamptz default now()
);
create index channel_reads_due on channel_reads (next_attempt_at) where next_attempt_at is not null;
