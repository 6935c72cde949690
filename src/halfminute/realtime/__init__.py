"""Screens that follow the log, gapless and resumable: over WebSockets, or streams of events.

One loop per process, the pump, reads the log and all that subscribers still lack, joins the rows
that events name, and hands out frames. Because that one loop does both, what is replayed and what
is live can neither overlap nor leave a hole, and a newer view never comes before an older one.
"""

from halfminute.realtime.admission import Admission
from halfminute.realtime.endpoint import UVICORN_OPTIONS, RealtimeEndpoint
from halfminute.realtime.event_stream import STREAM_PATH, EventStreamEndpoint
from halfminute.realtime.hub import Hub
from halfminute.realtime.types import Audience

__all__ = [
    "STREAM_PATH",
    "UVICORN_OPTIONS",
    "Admission",
    "Audience",
    "EventStreamEndpoint",
    "Hub",
    "RealtimeEndpoint",
]
