-- By what a site proves to a widget who its users are. A secret is sealed for its own row; of a pair only the public key is here.
-- One key has no end; the one before it counts for a while after it was replaced, so that the site need not change at the same moment.
create table sign_in_keys (
    id uuid primary key,
    channel_account_id uuid not null references channel_accounts on delete cascade,
    algorithm text not null check (algorithm in ('HS256', 'EdDSA')),
    sealed_secret bytea,
    public_key text,
    created_at timestamptz not null default now(),
    ends_at timestamptz,
    check ((algorithm = 'HS256') = (sealed_secret is not null)),
    check ((algorithm = 'EdDSA') = (public_key is not null))
);
create unique index sign_in_keys_standing on sign_in_keys (channel_account_id) where ends_at is null;
create index sign_in_keys_by_account on sign_in_keys (channel_account_id);

-- A token of a site's is good for one sign-in: of its name (`jti`) only the SHA-256 is kept.
create table used_site_tokens (
    channel_account_id uuid not null references channel_accounts on delete cascade,
    token_id_hash bytea not null,
    expires_at timestamptz not null,
    primary key (channel_account_id, token_id_hash)
);
create index used_site_tokens_by_age on used_site_tokens (expires_at);

-- At whose address a browser writes: null for one of its own. Somebody whom the site has signed in goes on at the address they have.
alter table visitors add column address_external_id uuid;

-- For whom a link is that leads a visitor on to another channel: the contact they are, for the site may have said nothing of them. Such a
-- link has no subject. In a table of its own, whose index nobody waits for.
alter table contact_links alter column subject drop not null;
create table contact_link_contacts (
    link_id uuid primary key references contact_links on delete cascade,
    contact_id uuid not null references contacts on delete cascade
);
create index contact_link_contacts_by_contact on contact_link_contacts (contact_id);
