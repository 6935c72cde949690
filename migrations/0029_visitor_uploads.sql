-- An upload belongs to whoever brought it: an agent, or a visitor of web chat, whose row is forgotten
-- before their files are. Both ids are of our own making (UUIDv7) and never meet.
alter table files drop constraint if exists files_uploaded_by_fkey;
