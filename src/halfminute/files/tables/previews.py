"""Thumbnails and waveforms."""

from __future__ import annotations

from typing import Final

CLAIM_PREVIEWS: Final = """
update files
   set preview_attempts = preview_attempts + 1,
       preview_due_at = now() + make_interval(secs => $2::float8)
 where id = any(array(
     select id from files
      where state = 'ready' and preview_due_at <= now()
      -- What has just come is looked at first, and not behind what was there before an upgrade.
      order by preview_due_at desc
      limit $1
        for update skip locked
 ))
returning id, storage_key, size, media_type, preview_attempts
"""

SECONDS_TO_NEXT_PREVIEW: Final = """
select extract(epoch from min(preview_due_at) - now())::float8
  from files where state = 'ready' and preview_due_at is not null
"""

# $2 width, $3 height, $4 seconds, $5 waveform, $6 key, $7 size and $8 sha256 of the thumbnail
SET_PREVIEW: Final = """
update files
   set width = coalesce($2, width), height = coalesce($3, height),
       duration_seconds = coalesce($4, duration_seconds), waveform = coalesce($5, waveform),
       thumbnail_key = $6, thumbnail_size = $7, thumbnail_sha256 = $8, preview_due_at = null
 where id = $1 and state = 'ready' and preview_due_at is not null
returning id
"""
