"""Every column that can hold a word is known here: a new one must say how a person leaves it."""

from __future__ import annotations

from typing import Final

import asyncpg

_COLUMNS: Final = """
select c.relname || '.' || a.attname as name
  from pg_attribute a join pg_class c on c.oid = a.attrelid
  join pg_namespace n on n.oid = c.relnamespace
  join pg_type t on t.oid = a.atttypid
 where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
   and a.attnum > 0 and not a.attisdropped
   and t.typname in ('text', 'varchar', 'jsonb', 'json', 'bytea', '_text', 'inet', 'xml')
 order by 1
"""

# A provider's name for what it waits to be told, and the keys of bytes that are about to go: gone
# within a day, and nobody's by themselves.
PASSING: Final = ("acknowledgements.reference", "loose_files.storage_key")

# Erased with the contact, and looked for by the canary.
ERASED: Final = [
    "addresses.disputed_subject",
    "addresses.external_id",
    "addresses.language_hint",
    "addresses.name",
    "addresses.unreachable_reason",
    "addresses.username",
    "album_pictures.album_key",
    "album_pictures.external_id",
    "channel_reads.external_id",
    "contact_erasures.address_keys",
    "contact_links.language",
    "contact_links.name",
    "contact_links.return_data",
    "contact_links.subject",
    "contact_subjects.subject",
    "contacts.language",
    "contacts.name",
    "delivery_attempts.external_id",
    "delivery_attempts.reason",
    "drafts.text",
    "early_deletions.address_external_id",
    "early_deletions.external_id",
    "early_words.answer_external_id",
    "early_words.emojis",
    "early_words.external_id",
    "file_references.reference",
    "files.name",
    "files.reason",
    "files.sha256",
    "files.source",
    "files.storage_key",
    "files.thumbnail_key",
    "files.thumbnail_sha256",
    "files.waveform",
    "message_changes.parts",
    "message_changes.reason",
    "message_reactions.emoji",
    "message_revisions.parts",
    "messages.delivery_reason",
    "messages.external_id",
    "messages.forwarded_from",
    "messages.parts",
    "messages.reply_to",
    "raw_payloads.body",
    "raw_payloads.error",
    "raw_payloads.external_id",
    "raw_payloads.sender_key",
    "ratings.words",
]

# Codes of ours, ids, and what is said of our own people and accounts: nothing of a contact.
NOT_OF_CONTACTS: Final = [
    "addresses.channel_kind",
    "addresses.proof",
    "agent_capacity.channel_kind",
    "agent_capacity.interrupts",
    "agents.presence",
    "agents.presence_reason",
    "api_tokens.name",
    "api_tokens.permissions",
    "api_tokens.token_hash",
    "audit_entries.action",
    "audit_entries.actor_kind",
    "audit_entries.details",
    "audit_entries.ip",
    "audit_entries.object_id",
    "audit_entries.object_kind",
    "audit_entries.request_id",
    "business_connection_keys.external_id",
    "business_connections.external_id",
    "business_connections.owner_external_id",
    "business_connections.owner_name",
    "calendars.days",
    "calendars.name",
    "calendars.time_zone",
    "calendars.weekly",
    "channel_accounts.encrypted_secrets",
    "channel_accounts.health",
    "channel_accounts.health_detail",
    "channel_accounts.inbound_mode",
    "channel_accounts.kind",
    "channel_accounts.name",
    "channel_accounts.previous_secrets",
    "channel_accounts.settings",
    "channel_accounts.username",
    "contact_link_presses.outcome",
    "contact_links.outcome",
    "conversations.awaiting",
    "conversations.channel_kind",
    "conversations.disposition_code",
    "conversations.requirements",
    "conversations.state",
    "delivery_attempts.outcome",
    "dispositions.code",
    "dispositions.labels",
    "events.data",
    "events.stream",
    "events.type",
    "files.kind",
    "files.media_type",
    "files.state",
    "inbound_keys.external_id",
    "interval_counters.channel_kind",
    "interval_counters.counters",
    "login_failures.subject",
    "message_changes.code",
    "message_changes.kind",
    "message_changes.state",
    "message_reactions.actor_kind",
    "messages.author_kind",
    "messages.delivery",
    "messages.delivery_code",
    "messages.direction",
    "minute_counters.book",
    "minute_counters.channel_kind",
    "minute_counters.counters",
    "offers.channel_kind",
    "offers.reason",
    "offers.state",
    "outbox.state",
    "partitioned_tables.key_kind",
    "partitioned_tables.name",
    "queues.agent_choice",
    "queues.closed_action",
    "queues.closed_words",
    "queues.name",
    "queues.overflow_kind",
    "queues.overflow_words",
    "queues.wrap_up",
    "raw_payloads.translation",
    "report_matters.channel_kind",
    "report_matters.state",
    "report_matters.wait_end",
    "report_presences.presence",
    "role_grants.role",
    "role_grants.scope",
    "router_cursors.domain",
    "router_journal.domain",
    "router_journal.event",
    "router_leases.domain",
    "router_leases.holder",
    "router_snapshots.domain",
    "router_snapshots.state",
    "schema_migrations.name",
    "schema_migrations.sha256",
    "sessions.ip",
    "sessions.token_hash",
    "sessions.user_agent",
    "sign_in_keys.algorithm",
    "sign_in_keys.name",
    "sign_in_keys.public_key",
    "sign_in_keys.sealed_secret",
    "skills.language",
    "skills.name",
    "sticker_sets.name",
    "sticker_sets.reason",
    "sticker_sets.state",
    "sticker_sets.title",
    "stickers.emojis",
    "stickers.external_key",
    "stickers.format",
    "streams.stream",
    "teams.name",
    "used_site_tokens.token_id_hash",
    "users.email",
    "users.language",
    "users.name",
    "users.password_hash",
    "visitors.former_token_hash",
    "visitors.token_hash",
    "widget_loaders.body",
    "widget_loaders.version",
]


async def test_every_column_that_can_hold_a_word_is_known(database_url: str) -> None:
    connection = await asyncpg.connect(database_url)
    try:
        present = [row["name"] for row in await connection.fetch(_COLUMNS)]
    finally:
        await connection.close()
    unknown = sorted(set(present) - {*ERASED, *PASSING, *NOT_OF_CONTACTS})
    assert unknown == []
    assert set(NOT_OF_CONTACTS) <= set(present)
    assert set(ERASED) <= set(present)
