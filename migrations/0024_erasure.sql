-- Forgetting: a person who asked for it, and what has been kept for as long as it is to be.

-- Since when nothing of the person is kept here but ids and times.
alter table contacts add column erased_at timestamptz;
alter table addresses add column erased_at timestamptz;
alter table messages add column erased_at timestamptz;

-- Published: the addresses that nothing may be written to, or of, any more.
create view erased_addresses as select id from addresses where erased_at is not null;

-- Erasures that were asked for. The row is made in the transaction that shuts the contact; what is
-- left to be done after it is done in batches, and begun again by whoever finds it unfinished.
create table contact_erasures (
    contact_id uuid primary key references contacts,
    requested_at timestamptz not null default now(),
    -- How providers name the person, as [channel account, external id]: payloads are found by it.
    -- Null when the erasure is finished.
    address_keys jsonb,
    attempts integer not null default 0,
    next_attempt_at timestamptz not null default now(),
    finished_at timestamptz
);
create index contact_erasures_due on contact_erasures (next_attempt_at) where finished_at is null;

-- Who speaks in a payload, as the provider names them; null where that is nobody or several, or was
-- not understood: those are searched by their content.
alter table raw_payloads add column sender_key text;
create index raw_payloads_by_sender on raw_payloads (channel_account_id, sender_key);
create index raw_payloads_without_sender on raw_payloads (channel_account_id, id)
    where sender_key is null;

-- A file is marked first, and its row goes or is emptied when its bytes are gone: so no bytes are
-- ever left that no row leads to.
alter table files add column removal_due_at timestamptz;
create index files_to_remove on files (removal_due_at) where removal_due_at is not null;
create index files_by_age on files (created_at) where storage_key is not null;
create index message_files_by_message on message_files (message_id);
create index album_pictures_by_message on album_pictures (message_id);

-- What was done can never be rewritten, and not be deleted for a year.
create or replace function refuse_change() returns trigger language plpgsql as $$
begin
    if tg_op = 'DELETE' and old.at < now() - interval '365 days' then
        return old;
    end if;
    raise exception '% is append-only', tg_table_name using errcode = 'insufficient_privilege';
end $$;
