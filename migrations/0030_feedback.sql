-- What contacts say of conversations that are over, and that they have ended them themselves.

-- One of each conversation. Whom it is of is written down when it is given: a conversation that is
-- taken up again forgets who had it.
create table ratings (
    conversation_id uuid primary key references conversations,
    agent_id uuid references agents,
    queue_id uuid references queues,
    score smallint not null check (score between 1 and 5),
    -- Empty without words, and when they were erased.
    words text not null default '',
    rated_at timestamptz not null default now()
);
create index ratings_by_time on ratings (rated_at, conversation_id);
create index ratings_with_words on ratings (rated_at) where words <> '';

-- Published: what a conversation's view shows of it, and what is exported and erased with a contact.
create view conversation_ratings as select conversation_id, score, words, rated_at from ratings;

-- When the contact said that this is all; null where our side has ended it, and while it goes on.
alter table conversations add column ended_by_contact_at timestamptz;
