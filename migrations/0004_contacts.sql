create table contacts (
    id uuid primary key,
    name text not null,
    language text,
    created_at timestamptz not null default now()
);

create table addresses (
    id uuid primary key,
    contact_id uuid not null references contacts,
    channel_account_id uuid not null references channel_accounts,
    channel_kind text not null,
    external_id text not null,
    name text not null,
    username text,
    language_hint text,
    proof text not null default 'channel' check (proof in ('none', 'channel', 'phone', 'signed')),
    is_reachable boolean not null default true,
    unreachable_reason text not null default '',
    created_at timestamptz not null default now(),
    unique (channel_account_id, external_id)
);
create index addresses_by_contact on addresses (contact_id);

-- Published: what other features may join of a person, and of an address.
create view contact_cards as select id, name, language from contacts;
create view address_cards as
    select id, contact_id, channel_account_id, external_id, username, is_reachable,
           unreachable_reason
      from addresses;
