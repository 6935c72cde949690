-- What customers said of a message of ours before we had its provider's name for it: they see it
-- while the answer to our call is still on its way. Kept until the sending ends, a day at most.
create table early_words (
    address_id uuid not null references addresses on delete cascade,
    -- What the provider calls the message that is spoken of.
    external_id text not null,
    -- The customer's message that answers it; null for a reaction.
    answer_external_id text,
    emojis text[] not null default '{}',
    at timestamptz not null,
    received_at timestamptz not null default now(),
    unique nulls not distinct (address_id, external_id, answer_external_id)
);
create index early_words_by_age on early_words (received_at);

-- Whether early words wait for the end of this sending.
alter table outbox add column is_spoken_of boolean not null default false;
