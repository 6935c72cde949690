create table users (
    id uuid primary key,
    email text not null,
    name text not null,
    password_hash text not null,
    language text not null default 'en',
    is_active boolean not null default true,
    created_at timestamptz not null default now()
);
create unique index users_email on users (lower(email));

-- A role holds within a scope: what is one's own, a team, a queue, or everything.
create table role_grants (
    user_id uuid not null references users on delete cascade,
    role text not null check (role in ('admin', 'supervisor', 'agent')),
    scope text not null check (scope in ('own', 'team', 'queue', 'all')),
    scope_id uuid,
    granted_at timestamptz not null default now(),
    check ((scope in ('team', 'queue')) = (scope_id is not null)),
    unique nulls not distinct (user_id, role, scope, scope_id)
);

create table sessions (
    id uuid primary key,
    user_id uuid not null references users on delete cascade,
    token_hash bytea not null unique,
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    ip inet,
    user_agent text not null default ''
);
create index sessions_by_user on sessions (user_id);

create table login_failures (
    subject text not null,
    at timestamptz not null default now()
);
create index login_failures_by_subject on login_failures (subject, at);

-- Append-only: the application's own role may not rewrite what was done.
create table audit_entries (
    id uuid primary key,
    at timestamptz not null default now(),
    actor_kind text not null,
    actor_id uuid,
    action text not null,
    object_kind text not null,
    object_id text not null,
    ip inet,
    request_id text not null default '',
    details jsonb not null default '{}'
);
create index audit_entries_by_object on audit_entries (object_kind, object_id, id);

create function refuse_change() returns trigger language plpgsql as $$
begin
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
create trigger audit_entries_append_only before update or delete on audit_entries
    for each row execute function refuse_change();

-- Published: the name of whoever wrote or holds something, for the joins of other features.
create view user_cards as select id, name from users;

-- A conversation's token ends by itself; here are those ended before their time.
create table revoked_tokens (
    id uuid primary key,
    expires_at timestamptz not null
);
