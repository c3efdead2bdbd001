"""Every metric that `/metrics` shows: name, kind, labels and meaning; the collector and the page docs/metrics.md are made from it."""

from __future__ import annotations

from enum import StrEnum

import msgspec


class Kind(StrEnum):
    """What kind of metric it is, in Prometheus' words."""

    COUNTER = "counter"
    GAUGE = "gauge"
    HISTOGRAM = "histogram"


class Together(StrEnum):
    """How the values of several workers become the machine's."""

    SUM = "sum"
    MOST = "most"
    LEAST = "least"


class Metric(msgspec.Struct, frozen=True):
    """One row of the table."""

    name: str
    kind: Kind
    meaning: str
    labels: tuple[str, ...] = ()
    together: Together = Together.SUM


REQUESTS = Metric(
    "yumen_requests",
    Kind.COUNTER,
    "Exchanges that have ended, unaccepted keys included; `endpoint` is a row of the table, `model` is `other` beyond the known ones.",
    ("endpoint", "model", "status", "outcome"),
)
TOKENS = Metric(
    "yumen_tokens",
    Kind.COUNTER,
    "Tokens by class: `input`, `output`, `cache_read`, `cache_write_5m`, `cache_write_1h`, and `thinking`, which is part of `output`.",
    ("model", "class"),
)
COST = Metric("yumen_cost_usd", Kind.COUNTER, "What exchanges cost, in US dollars, where the price is known.", ("model",))
UNPRICED = Metric("yumen_unpriced_requests", Kind.COUNTER, "Exchanges that were charged and whose price is not known.", ("model",))
ESTIMATED = Metric("yumen_estimated_requests", Kind.COUNTER, "Exchanges whose token counts are the gateway's estimate.")
FAULTS = Metric("yumen_faults", Kind.COUNTER, "Exchanges that a fault ended, by the fault's name (see the page of errors).", ("fault",))
RETRIES = Metric(
    "yumen_retries",
    Kind.COUNTER,
    "Tries that another one followed, by the upstream that was left and the reason (`busy`, `limited`, `not_sent`, …; `resent` may be "
    "charged twice).",
    ("upstream", "why"),
)
REPLAYS = Metric("yumen_replays", Kind.COUNTER, "Requests that got an earlier one's answer, by their idempotency key.")
OVERHEAD = Metric(
    "yumen_overhead_seconds",
    Kind.HISTOGRAM,
    "What the gateway itself added: body's end to sending, between attempts, and upstream's head to caller's first byte; no wait for a "
    "limit, a connection, a pause or an upstream is in it.",
)
FIRST_BYTE = Metric(
    "yumen_time_to_first_byte_seconds", Kind.HISTOGRAM, "From the request's head to the answer's first byte.", ("endpoint",)
)
DURATION = Metric("yumen_duration_seconds", Kind.HISTOGRAM, "From the request's head to the answer's end.", ("endpoint",))
OPEN_EXCHANGES = Metric("yumen_open_exchanges", Kind.GAUGE, "Exchanges that were sent to an upstream and have not ended.")
OPEN_STREAMS = Metric("yumen_open_streams", Kind.GAUGE, "Those of them that are streams.")
UNKNOWN_CALLS_UNLOGGED = Metric(
    "yumen_unlogged_refusals", Kind.COUNTER, "Refusals of unaccepted keys that were counted and not logged, since they came too fast."
)

JOURNAL_BYTES = Metric("yumen_journal_undrained_bytes", Kind.GAUGE, "What is in the local journal and not yet in the database.")
JOURNAL_SEGMENTS = Metric("yumen_journal_segments", Kind.GAUGE, "Files of the local journal.")
JOURNAL_OWED = Metric(
    "yumen_journal_owed_entries", Kind.GAUGE, "Entries in memory that the disk did not take yet; above 0 the disk is failing."
)
JOURNAL_UNWRITTEN = Metric("yumen_journal_unwritten_entries", Kind.COUNTER, "Entries that were given up for want of room.")
JOURNAL_TORN = Metric("yumen_journal_damaged_lines", Kind.COUNTER, "Damaged lines of the journal that were passed over.")
DRAINED = Metric("yumen_drained_entries", Kind.COUNTER, "Entries moved from the journal to the database.")
DRAIN_OUTAGES = Metric(
    "yumen_drain_failures_in_a_row",
    Kind.GAUGE,
    "Batches in a row that the database did not take; 0 while all is well.",
    together=Together.MOST,
)
LOG_DROPPED = Metric("yumen_log_dropped_lines", Kind.COUNTER, "Log lines that were dropped: the disk or the console was too slow, or full.")
CONNECTIONS = Metric("yumen_connections", Kind.GAUGE, "Open connections of callers.")
UPSTREAM_CONNECTIONS = Metric("yumen_upstream_connections", Kind.GAUGE, "Open connections to an upstream.", ("upstream",))
UPSTREAM_CIRCUIT = Metric(
    "yumen_upstream_circuit",
    Kind.GAUGE,
    "An upstream's circuit: 0 closed, 1 half-open, 2 open. Of several workers, each of which has its own, the worst.",
    ("upstream",),
    together=Together.MOST,
)
UPSTREAM_REQUESTS = Metric(
    "yumen_upstream_requests",
    Kind.COUNTER,
    "Attempts at an upstream, by what came of them: `answered`, `refused` (4xx), `limited` (429), `unauthorized` (401, 403), `error` "
    "(5xx), `failed` (no answer), `left` (given up before there was one); beside `answered`, `broken` (it began and did not "
    "reach its end).",
    ("upstream", "result"),
)
UPSTREAM_QUOTA_REMAINING = Metric(
    "yumen_upstream_quota_remaining",
    Kind.GAUGE,
    "What is left of an upstream's rate limit by its last answer's headers, until its reset; of several workers the least.",
    ("upstream", "class", "kind"),
    together=Together.LEAST,
)
UPSTREAM_QUOTA_LIMIT = Metric(
    "yumen_upstream_quota_limit",
    Kind.GAUGE,
    "An upstream's rate limit by its last answer's headers, until its reset.",
    ("upstream", "class", "kind"),
    together=Together.MOST,
)
UPSTREAM_QUOTA_RESET = Metric(
    "yumen_upstream_quota_reset_timestamp_seconds",
    Kind.GAUGE,
    "When an upstream's rate limit is whole again by its last answer's headers, in seconds since 1970.",
    ("upstream", "class", "kind"),
    together=Together.MOST,
)
UPSTREAM_HEAD = Metric(
    "yumen_upstream_head_seconds",
    Kind.HISTOGRAM,
    "From the beginning of an attempt at an upstream to the head of its answer.",
    ("upstream",),
)
BAD_REQUESTS = Metric("yumen_bad_http_requests", Kind.COUNTER, "Connections' requests that were refused before they were HTTP.")
BUFFERED_BYTES = Metric("yumen_buffered_bytes", Kind.GAUGE, "Request bodies held in memory.")
DEPENDENCY_UP = Metric(
    "yumen_dependency_up",
    Kind.GAUGE,
    "Whether what the gateway depends on (`database`, `redis`, credentials by reference) answered at the last look: 1 or 0.",
    ("dependency",),
    together=Together.LEAST,
)
SECRET_STALE = Metric(
    "yumen_secret_stale_seconds",
    Kind.GAUGE,
    "How long the store of an upstream's credential has not confirmed it: 0 where it did at the last look.",
    ("reference",),
    together=Together.MOST,
)
SECRET_DUE = Metric(
    "yumen_secret_due_seconds",
    Kind.GAUGE,
    "In how many seconds the store of an upstream's credential is asked for it again.",
    ("reference",),
    together=Together.LEAST,
)
WORKERS = Metric("yumen_workers", Kind.GAUGE, "Workers that serve now (`--workers` above 1).")
WORKER_DEATHS = Metric("yumen_worker_deaths", Kind.COUNTER, "Workers that ended without being asked to, and were started again.")
SILENT_WORKERS = Metric(
    "yumen_silent_workers", Kind.COUNTER, "Looks at `/metrics` that a worker did not answer in time: its last counters stand in for it."
)

LIMITS_REFUSED = Metric("yumen_limit_refusals", Kind.COUNTER, "Requests that a limit refused.")
LIMITS_SHADOWED = Metric("yumen_limit_shadow", Kind.COUNTER, "Times that a limit in shadow mode would have refused a request.")
LIMITS_WAITED = Metric("yumen_limit_waits", Kind.COUNTER, "Requests that waited for room in a limit and found it.")
LIMITS_WAITING = Metric("yumen_limit_waiting", Kind.GAUGE, "Requests that wait for room in a limit now.")
LIMITS_UNCOUNTED = Metric(
    "yumen_limit_uncounted", Kind.COUNTER, "Requests that passed although their limits could not be counted (limits.on_unavailable)."
)
LIMITS_HOLDS = Metric("yumen_limit_open_holds", Kind.GAUGE, "Requests that hold a part of a limit now.")
LIMITS_OWED = Metric("yumen_limit_settlements_owed", Kind.GAUGE, "Settlements that the store of the limits does not have yet.")
NOTICES_SENT = Metric("yumen_notices_sent", Kind.COUNTER, "Notices (alerts) that a channel took.")
NOTICES_FAILED = Metric("yumen_notices_failed", Kind.COUNTER, "Notices that were given up after the last try.")
NOTICES_DROPPED = Metric("yumen_notices_dropped", Kind.COUNTER, "Notices that were not even tried: too many waited.")
POLICY_HITS = Metric(
    "yumen_policy_hits",
    Kind.COUNTER,
    "What rules of content policies hit, by the rule's action; `mode` is `shadow` where it only counts.",
    ("action", "on", "mode"),
)
POLICY_UNAVAILABLE = Metric("yumen_policy_unavailable", Kind.COUNTER, "Requests that were refused because their policy cannot be read.")
POLICY_BROKEN = Metric(
    "yumen_policy_broken", Kind.GAUGE, "Policies that are attached and can be neither read nor compiled.", together=Together.MOST
)
POLICY_FLAGS_WAITING = Metric("yumen_policy_flags_waiting", Kind.GAUGE, "Flags of policies that are not written yet.")
POLICY_FLAGS_DROPPED = Metric("yumen_policy_flags_dropped", Kind.COUNTER, "Flags of policies that could not be written down.")
CONTENTS_WRITTEN = Metric("yumen_contents_written", Kind.COUNTER, "Requests whose content was written down, since their key asks for it.")
CONTENTS_DROPPED = Metric(
    "yumen_contents_dropped",
    Kind.COUNTER,
    "Requests whose content should have been written down and was not: too much waited, or its organization's key was away.",
)

READINGS = (
    JOURNAL_BYTES,
    JOURNAL_SEGMENTS,
    JOURNAL_OWED,
    JOURNAL_UNWRITTEN,
    JOURNAL_TORN,
    DRAINED,
    DRAIN_OUTAGES,
    LOG_DROPPED,
    CONNECTIONS,
    UPSTREAM_CONNECTIONS,
    UPSTREAM_CIRCUIT,
    UPSTREAM_REQUESTS,
    UPSTREAM_QUOTA_REMAINING,
    UPSTREAM_QUOTA_LIMIT,
    UPSTREAM_QUOTA_RESET,
    BAD_REQUESTS,
    BUFFERED_BYTES,
    DEPENDENCY_UP,
    SECRET_STALE,
    SECRET_DUE,
    WORKERS,
    WORKER_DEATHS,
    SILENT_WORKERS,
    LIMITS_REFUSED,
    LIMITS_SHADOWED,
    LIMITS_WAITED,
    LIMITS_WAITING,
    LIMITS_UNCOUNTED,
    LIMITS_HOLDS,
    LIMITS_OWED,
    NOTICES_SENT,
    NOTICES_FAILED,
    NOTICES_DROPPED,
    CONTENTS_WRITTEN,
    CONTENTS_DROPPED,
    POLICY_HITS,
    POLICY_UNAVAILABLE,
    POLICY_BROKEN,
    POLICY_FLAGS_WAITING,
    POLICY_FLAGS_DROPPED,
)
"""What is read from other parts of the gateway when somebody looks; each is shown where the composition root names a reader for it."""

TABLE = (
    REQUESTS,
    TOKENS,
    COST,
    UNPRICED,
    ESTIMATED,
    FAULTS,
    RETRIES,
    REPLAYS,
    OVERHEAD,
    FIRST_BYTE,
    DURATION,
    UPSTREAM_HEAD,
    OPEN_EXCHANGES,
    OPEN_STREAMS,
    UNKNOWN_CALLS_UNLOGGED,
    *READINGS,
)


def metrics_page() -> str:
    """Return the page docs/metrics.md."""
    lines = [
        "# Metrics",
        "",
        "`GET /metrics` on the control address (127.0.0.1:8011) answers in Prometheus' text format. A counter's samples carry the",
        "suffix `_total`; a histogram's `_bucket`, `_sum` and `_count`. Beside these there are the process's own (`process_…`).",
        "No label holds anything that a caller can choose freely. With several workers these are the sums over all of them (of failures in",
        "a row the most), and what a dead worker counted counts on. This page is printed from the code (`make docs`).",
        "",
        "| metric | kind | labels | meaning |",
        "| --- | --- | --- | --- |",
    ]
    lines += [f"| `{row.name}` | {row.kind} | {', '.join(f'`{label}`' for label in row.labels)} | {row.meaning} |" for row in TABLE]
    return "\n".join(lines) + "\n"
