"""The ordered log of facts: appended in the transaction that makes them true.

Streams are `<kind>:<id>`; `seq` counts within a stream without gaps, because appending locks the
stream's row until the commit. Commit order is not the order of `position`, so a reader of the whole
log goes by (xid, position) and remembers what it has taken beyond the oldest transaction still
running (`pg_snapshot_xmin`, PostgreSQL manual 9.28.6): everything before that is settled for good.

Events carry identifiers, never words of people, so that the log can stay while a person is erased.
"""

from halfminute.kit.event_log.read import (
    LogTail,
    event_of,
    get_last_seq,
    list_last_seqs,
    list_stream,
    log_end,
    rebase_statement,
)
from halfminute.kit.event_log.types import Cursor, Event, NewEvent, stream_name
from halfminute.kit.event_log.unit import LOG_TOPIC, EventLog, Unit, event_topic

__all__ = [
    "LOG_TOPIC",
    "Cursor",
    "Event",
    "EventLog",
    "LogTail",
    "NewEvent",
    "Unit",
    "event_of",
    "event_topic",
    "get_last_seq",
    "list_last_seqs",
    "list_stream",
    "log_end",
    "rebase_statement",
    "stream_name",
]
