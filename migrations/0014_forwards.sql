-- From whom a message was forwarded, as the channel names them; empty where it does not say, null
-- for a message that was written here.
alter table messages add column forwarded_from text;
