create table dispositions (
    code text primary key,
    labels jsonb not null,
    position integer not null default 0,
    is_enabled boolean not null default true
);
insert into dispositions (code, labels, position) values
    ('question_answered', '{"en": "Question answered", "ru": "Ответили на вопрос"}', 1),
    ('service_changed', '{"en": "Service or plan changed", "ru": "Изменили услугу или тариф"}', 2),
    ('fault_reported', '{"en": "Fault reported", "ru": "Приняли сообщение о неполадке"}', 3),
    ('complaint', '{"en": "Complaint", "ru": "Жалоба"}', 4),
    ('off_topic', '{"en": "Off topic", "ru": "Не по теме"}', 5),
    ('no_reply', '{"en": "Customer stopped replying", "ru": "Клиент перестал отвечать"}', 6),
    ('spam', '{"en": "Spam", "ru": "Спам"}', 7);

create table conversations (
    id uuid primary key,
    contact_id uuid not null references contacts,
    address_id uuid not null references addresses,
    channel_account_id uuid not null references channel_accounts,
    channel_kind text not null,
    queue_id uuid references queues,
    state text not null
        check (state in ('new', 'queued', 'offered', 'active', 'wrap_up', 'closed')),
    awaiting text not null default 'agent' check (awaiting in ('customer', 'agent', 'nobody')),
    agent_id uuid references agents,
    opened_at timestamptz not null,
    queued_at timestamptz,
    assigned_at timestamptz,
    first_customer_message_at timestamptz,
    first_reply_at timestamptz,
    -- The first customer message that no agent has answered yet: reply time counts from here.
    unanswered_since timestamptz,
    last_message_at timestamptz,
    last_message_id uuid,
    held_at timestamptz,
    snoozed_until timestamptz,
    is_solved boolean,
    solved_at timestamptz,
    disposition_code text references dispositions,
    wrap_up_at timestamptz,
    closed_at timestamptz,
    reopened_count integer not null default 0,
    version bigint not null default 0,
    check ((state in ('active', 'wrap_up')) <= (agent_id is not null)),
    check ((state in ('queued', 'offered')) <= (queue_id is not null))
) with (fillfactor = 70);
-- One open matter per address: two hooks at once cannot open two conversations.
create unique index conversations_open on conversations (address_id) where state <> 'closed';
create index conversations_by_address on conversations (address_id, opened_at desc);
create index conversations_by_contact on conversations (contact_id, opened_at desc, id desc);
create index conversations_by_agent on conversations (agent_id)
    where state in ('active', 'wrap_up');
create index conversations_waiting on conversations (queue_id, queued_at)
    where state in ('queued', 'offered');

create table messages (
    id uuid not null,
    conversation_id uuid not null references conversations,
    address_id uuid not null,
    direction text not null check (direction in ('in', 'out', 'internal', 'system')),
    author_kind text not null
        check (author_kind in ('contact', 'agent', 'assistant', 'system')),
    author_id uuid,
    client_id uuid,
    external_id text,
    sent_at timestamptz not null,
    created_at timestamptz not null default now(),
    parts jsonb not null,
    reply_to jsonb,
    raw_payload_id uuid,
    delivery text check (delivery in
        ('queued', 'sending', 'sent', 'delivered', 'read', 'failed', 'unknown')),
    delivery_reason text not null default '',
    is_retryable boolean not null default false,
    revision integer not null default 0,
    edited_at timestamptz,
    deleted_at timestamptz,
    primary key (id)
) partition by range (id);
create index messages_by_conversation on messages (conversation_id, id);
create index messages_by_external_id on messages (address_id, external_id);
create table messages_default partition of messages default;
insert into partitioned_tables values ('messages', 'uuid7');

-- A client's own message is taken in once, however often its browser sends it.
create table client_keys (
    conversation_id uuid not null references conversations on delete cascade,
    client_id uuid not null,
    message_id uuid not null,
    created_at timestamptz not null default now(),
    primary key (conversation_id, client_id)
);
create index client_keys_by_age on client_keys (created_at);

create table message_revisions (
    message_id uuid not null,
    revision integer not null,
    parts jsonb not null,
    replaced_at timestamptz not null,
    primary key (message_id, revision)
) partition by range (message_id);
create table message_revisions_default partition of message_revisions default;
insert into partitioned_tables values ('message_revisions', 'uuid7');

create table message_reactions (
    message_id uuid not null,
    actor_kind text not null check (actor_kind in ('contact', 'agent')),
    actor_id uuid not null,
    emoji text not null,
    at timestamptz not null default now(),
    primary key (message_id, actor_id, emoji)
) partition by range (message_id);
create table message_reactions_default partition of message_reactions default;
insert into partitioned_tables values ('message_reactions', 'uuid7');

-- A supervisor may answer too, and is no agent: drafts and read marks are a user's.
create table drafts (
    conversation_id uuid not null references conversations on delete cascade,
    agent_id uuid not null references users on delete cascade,
    text text not null,
    -- Microseconds of the save, so that a deleted draft's versions never come back.
    version bigint not null,
    updated_at timestamptz not null default now(),
    primary key (conversation_id, agent_id)
);

create table conversation_reads (
    conversation_id uuid not null references conversations on delete cascade,
    agent_id uuid not null references users on delete cascade,
    last_read_message_id uuid not null,
    primary key (conversation_id, agent_id)
);

-- What is still to be sent; a row leaves when its message reached an end.
create table outbox (
    message_id uuid primary key,
    channel_account_id uuid not null references channel_accounts,
    address_id uuid not null references addresses,
    priority smallint not null default 0,
    state text not null check (state in ('queued', 'sending')),
    attempt integer not null default 0,
    -- Refusals since a human last asked for it; a provider's "later" is none.
    failures integer not null default 0,
    attempt_at timestamptz,
    next_attempt_at timestamptz not null default now(),
    created_at timestamptz not null default now()
) with (fillfactor = 50);
create index outbox_due on outbox (channel_account_id, priority, message_id);
create index outbox_by_address on outbox (address_id, priority, message_id);
create index outbox_sending on outbox (address_id) where state = 'sending';

create table delivery_attempts (
    message_id uuid not null,
    attempt integer not null,
    started_at timestamptz not null default now(),
    ended_at timestamptz,
    outcome text check (outcome in ('sent', 'failed', 'retry', 'unknown')),
    reason text not null default '',
    external_id text,
    primary key (message_id, attempt)
) partition by range (message_id);
create table delivery_attempts_default partition of delivery_attempts default;
insert into partitioned_tables values ('delivery_attempts', 'uuid7');
