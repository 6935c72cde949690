-- Published: the files that sets of stickers show. They are the account's, whoever was sent one, and
-- neither an erasure nor the age of a message takes them.
create view sticker_files as
    select file_id from stickers
    union all
    select thumbnail_file_id from stickers where thumbnail_file_id is not null;
