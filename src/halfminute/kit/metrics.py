"""Counters and histograms for Prometheus, named once."""

from __future__ import annotations

from prometheus_client import Counter, Gauge, Histogram

_QUICK = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5)

intake_total = Counter(
    "halfminute_intake_total", "What providers told us, by outcome.", ["channel_kind", "outcome"]
)
intake_batch_size = Histogram(
    "halfminute_intake_batch_size", "Payloads committed together.", buckets=(1, 2, 5, 10, 20, 50)
)
intake_seconds = Histogram(
    "halfminute_intake_seconds", "From the last byte of a payload to its commit.", buckets=_QUICK
)
deliveries_total = Counter(
    "halfminute_deliveries_total", "Attempts to send, by outcome.", ["channel_kind", "outcome"]
)
changes_total = Counter(
    "halfminute_changes_total", "Calls to edit or delete, by outcome.", ["channel_kind", "outcome"]
)
scans_total = Counter(
    "halfminute_scans_total", "Files that were to be scanned, by outcome.", ["outcome"]
)
files_unscanned = Gauge("halfminute_files_unscanned", "Files that wait for the scanner.")
router_events_total = Counter("halfminute_router_events_total", "Events the router took.")
router_lag_seconds = Gauge(
    "halfminute_router_lag_seconds", "Age of the newest event when the router took it."
)
offers_total = Counter("halfminute_offers_total", "Offers by how they ended.", ["end"])
sockets = Gauge("halfminute_sockets", "Open sockets.", ["principal"])
frames_total = Counter("halfminute_frames_total", "Events sent to sockets.")
slow_consumers_total = Counter(
    "halfminute_slow_consumers_total", "Sockets closed because they did not keep up."
)
hub_lag_seconds = Gauge("halfminute_hub_lag_seconds", "Age of the newest event when it was sent.")
erasures_total = Counter("halfminute_erasures_total", "Contacts that were erased to the end.")
forgotten_rows_total = Counter(
    "halfminute_forgotten_rows_total", "Rows and files that were kept long enough.", ["data_class"]
)
retention_seconds = Gauge(
    "halfminute_retention_timestamp_seconds", "When retention last came to its end (Unix time)."
)
reports_lag_seconds = Gauge(
    "halfminute_reports_lag_seconds", "How old the figures of reports and wallboard were left."
)
