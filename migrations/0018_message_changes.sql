-- What an agent wants changed of a message that the provider has: the newest wish alone. The message
-- itself changes when the provider has taken it, and the row leaves.
create table message_changes (
    message_id uuid primary key,
    -- Each wish has its own, so that the end of an older one cannot end a newer.
    id uuid not null,
    conversation_id uuid not null references conversations on delete cascade,
    channel_account_id uuid not null references channel_accounts,
    kind text not null check (kind in ('edit', 'delete')),
    -- The new words of an edit.
    parts jsonb,
    requested_by uuid,
    requested_at timestamptz not null default now(),
    state text not null default 'pending' check (state in ('pending', 'failed')),
    -- Refusals that may pass, since it was asked for; a provider's "later" is none.
    failures integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    reason text not null default '',
    code text not null default '',
    is_retryable boolean not null default false,
    check ((kind = 'edit') = (parts is not null))
) with (fillfactor = 50);
create index message_changes_due on message_changes (channel_account_id, requested_at)
    where state = 'pending';
create index message_changes_by_conversation on message_changes (conversation_id);
