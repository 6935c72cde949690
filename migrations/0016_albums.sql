-- The pictures of an album come as messages of their own, and are shown as one message with a part
-- for each: what the provider calls a picture leads to that message and to its part.
create table album_pictures (
    address_id uuid not null references addresses on delete cascade,
    external_id text not null,
    album_key text not null,
    message_id uuid not null,
    position integer not null,
    edited_at timestamptz,
    primary key (address_id, external_id)
);
create index album_pictures_by_album on album_pictures (address_id, album_key);
