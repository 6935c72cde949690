-- Runs: concurrently
-- An erasure finds by these what the site calls a person, and reads no table as a whole meanwhile.
create index concurrently contact_links_by_subject on contact_links (subject);
create index concurrently addresses_by_disputed_subject on addresses (disputed_subject)
    where disputed_subject is not null;
