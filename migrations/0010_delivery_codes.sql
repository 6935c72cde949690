-- Why a message was not sent, as a code of ours where we know the provider's words.
alter table messages add column delivery_code text not null default '';
