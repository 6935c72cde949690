-- What is told of a file by its bytes, so that it can be sent; and who has brought it.
alter table files add column if not exists uploaded_by uuid;
alter table files add column if not exists kind text;
alter table files add column if not exists width integer;
alter table files add column if not exists height integer;
alter table files add column if not exists duration_seconds integer;

-- What a provider calls a file of ours that it has: another thing for each account.
create table file_references (
    channel_account_id uuid not null references channel_accounts on delete cascade,
    file_id uuid not null references files on delete cascade,
    reference jsonb not null,
    noted_at timestamptz not null default now(),
    primary key (channel_account_id, file_id)
);
create index file_references_by_file on file_references (file_id);
