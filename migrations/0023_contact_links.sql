-- Programs of the organisation's own that call us: the site. Only the SHA-256 of a token is stored.
create table api_tokens (
    id uuid primary key,
    name text not null,
    token_hash bytea not null unique,
    permissions text[] not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);
create unique index api_tokens_by_name on api_tokens (name) where revoked_at is null;

-- Whom the site calls by this id of its own.
create table contact_subjects (
    subject text primary key,
    contact_id uuid not null references contacts,
    created_at timestamptz not null default now()
);
create index contact_subjects_by_contact on contact_subjects (contact_id);

-- A link from the site to a channel, good for one press. Its token is not stored: it is its id,
-- signed.
create table contact_links (
    id uuid primary key,
    channel_account_id uuid not null references channel_accounts,
    subject text not null,
    name text,
    language text,
    return_data jsonb,
    made_by uuid,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    used_at timestamptz,
    outcome text check (outcome in ('proven', 'disputed')),
    address_id uuid references addresses
);
create index contact_links_by_expiry on contact_links (expires_at);

-- Every press, also of a link that proves nothing any more or never did.
create table contact_link_presses (
    id uuid primary key,
    link_id uuid,
    address_id uuid not null references addresses,
    outcome text not null check (outcome in
        ('proven', 'disputed', 'used_before', 'expired', 'other_account', 'unknown', 'forged')),
    at timestamptz not null default now()
);
create index contact_link_presses_by_link on contact_link_presses (link_id);
create index contact_link_presses_by_address on contact_link_presses (address_id, id);

-- Whose address the site says this is as well, while it belongs to another: nobody merged them.
alter table addresses add column disputed_subject text;

create or replace view address_cards as
    select id, contact_id, channel_account_id, external_id, username, is_reachable,
           unreachable_reason, proof, disputed_subject is not null as is_disputed
      from addresses;

-- Who we are at the provider; links name it.
alter table channel_accounts add column username text;

-- How often the secrets were replaced: what a call with older ones was told says nothing of the new.
alter table channel_accounts add column secrets_revision integer not null default 0;
-- What the provider may still prove itself by after a replacement; without an end until it was told
-- of the new.
alter table channel_accounts add column previous_secrets bytea;
alter table channel_accounts add column previous_secrets_until timestamptz;

-- `refused`: the provider takes none of our calls until the secrets are replaced.
alter table channel_accounts drop constraint channel_accounts_health_check;
alter table channel_accounts add constraint channel_accounts_health_check
    check (health in ('unknown', 'ok', 'failing', 'refused')) not valid;
alter table channel_accounts validate constraint channel_accounts_health_check;
