-- Of which rules of the engine a snapshot is, as the journal's lines are: one of other rules is not
-- gone on from. The router knows a skill by its id from version 2 on, so that it can be renamed.
alter table router_snapshots add column config_version integer not null default 1;

-- Of a skill that is a language: its code (ISO 639), as contacts have it.
alter table skills add column language text unique;

-- What an agent must be able to do for the conversations that wait in a queue, and for those that
-- come from a channel account.
create table queue_requirements (
    queue_id uuid not null references queues on delete cascade,
    skill_id uuid not null references skills on delete cascade,
    least_proficiency smallint not null check (least_proficiency between 1 and 5),
    primary key (queue_id, skill_id)
);
create index queue_requirements_by_skill on queue_requirements (skill_id);

create table channel_account_requirements (
    channel_account_id uuid not null references channel_accounts on delete cascade,
    skill_id uuid not null references skills on delete cascade,
    least_proficiency smallint not null check (least_proficiency between 1 and 5),
    primary key (channel_account_id, skill_id)
);
create index channel_account_requirements_by_skill on channel_account_requirements (skill_id);

-- How well the contact's language must be spoken; null where any agent will do.
alter table queues add column least_language_proficiency smallint;

-- What this conversation requires, worked out as it came to wait: skill_id, least_proficiency.
alter table conversations add column requirements jsonb not null default '[]';

-- Published: the words for what a conversation requires.
create view skill_cards as select id, name from skills;
