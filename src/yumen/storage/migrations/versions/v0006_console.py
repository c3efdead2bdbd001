"""What the console needs: second factors, identities from elsewhere, saved prompts, and the ledger's sums by the hour."""

from __future__ import annotations

from itertools import pairwise

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add what 0.6.0 needs; the old program does not know of it."""
    make_second_factors()
    make_identities()
    make_prompts()
    make_indexes()
    make_usage_hours()


def make_second_factors() -> None:
    """What a person has beside the password, and where its sessions were opened from."""
    op.create_table(
        "second_factors",
        sa.Column("user_id", sa.String, primary_key=True),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("confirmed_us", sa.BigInteger),
        sa.Column("last_step", sa.BigInteger, nullable=False),
    )
    op.create_table(
        "recovery_codes",
        sa.Column("user_id", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("used_us", sa.BigInteger),
    )
    op.create_table(
        "sign_ins",
        sa.Column("key_id", sa.String, primary_key=True),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("seen_us", sa.BigInteger, nullable=False),
        sa.Column("expires_us", sa.BigInteger, nullable=False),
    )


def make_identities() -> None:
    """Who somebody is elsewhere, by OpenID Connect."""
    op.create_table(
        "identities",
        sa.Column("issuer", sa.String, primary_key=True),
        sa.Column("subject", sa.String, primary_key=True),
        sa.Column("user_id", sa.String, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_identities_user_id", "identities", ["user_id"])


def make_prompts() -> None:
    """What was saved in the playground; the document is sealed."""
    op.create_table(
        "prompts",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("organization_id", sa.String, nullable=False),
        sa.Column("user_id", sa.String),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("shared", sa.Boolean, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("updated_us", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_prompts_organization_id_updated_us", "prompts", ["organization_id", "updated_us"])


def make_usage_hours() -> None:
    """The ledger's sums by the hour, so that reports need not read the entries.

    The database itself keeps them, by a trigger: in the very transaction that adds an entry, for entries that are really new, and also
    where the program of before still writes beside the new one, or an organization's entries move. No repair is ever needed. The trigger
    stands before the sums of what is there already are made: on PostgreSQL making it waits for those who write, and lets nobody write
    until the end.
    """
    op.create_table(
        "usage_hours",
        sa.Column("organization_id", sa.String, primary_key=True),
        sa.Column("start_us", sa.BigInteger, primary_key=True, autoincrement=False),
        *(sa.Column(name, sa.String, primary_key=True) for name in ("workspace_id", "key_id", "user_id", "model", "environment")),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in SUMMED),
        sqlite_with_rowid=False,
    )
    op.create_index("ix_usage_hours_start_us", "usage_hours", ["start_us"])
    if op.get_bind().dialect.name == "sqlite":
        op.execute(f"CREATE TRIGGER entries_add_up AFTER INSERT ON entries BEGIN {added('NEW.', '')} WHERE true {UNITED}; END")
    else:
        op.execute(
            "CREATE FUNCTION entries_add_up() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN "
            # One transaction after the other: two that add to the same hours in another order would wait for each other for ever.
            "PERFORM pg_advisory_xact_lock(hashtext(TG_TABLE_SCHEMA || '.usage_hours')); "
            f"{added('', 'added', grouped=True)} {UNITED}; RETURN NULL; END $$"
        )
        op.execute(
            "CREATE TRIGGER entries_add_up AFTER INSERT ON entries REFERENCING NEW TABLE AS added "
            "FOR EACH STATEMENT EXECUTE FUNCTION entries_add_up()"
        )
    op.execute(added("", "entries", grouped=True))


HOUR_US = 3_600_000_000
SHORTEST_US = 25_000
SUMS = {
    "requests": "{row}count",
    "errors": "CASE WHEN {row}outcome IN ('error', 'failed', 'interrupted', 'truncated') THEN {row}count ELSE 0 END",
    "refused": "CASE WHEN {row}outcome = 'refused' THEN {row}count ELSE 0 END",
    **{
        name: f"{{row}}{name}"
        for name in (
            *("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens"),
            *("thinking_tokens", "web_search_requests"),
        )
    },
    "cost_nanousd": "COALESCE({row}cost_nanousd, 0)",
    "unpriced": "CASE WHEN {row}cost_nanousd IS NULL THEN {row}count ELSE 0 END",
    "estimated": "CASE WHEN {row}estimated THEN {row}count ELSE 0 END",
    "counted": "{row}counted",
}
SENT = "{row}kind = 'exchange' AND {row}attempts > 0"


def buckets(name: str, column: str) -> dict[str, str]:
    """Return a histogram's columns: sixteen, each twice as long as the one before, and the last without an end."""
    bounds = [SHORTEST_US << number for number in range(15)]
    within = [f"<= {bounds[0]}", *(f"BETWEEN {low + 1} AND {high}" for low, high in pairwise(bounds)), f"> {bounds[-1]}"]
    return {f"{name}_{number}": f"CASE WHEN {SENT} AND {{row}}{column} {each} THEN 1 ELSE 0 END" for number, each in enumerate(within)}


SUMMED = SUMS | buckets("durations", "duration_us") | buckets("first_bytes", "ttft_us")
GROUPS = {
    "organization_id": "{row}organization_id",
    "start_us": f"{{row}}time_us / {HOUR_US} * {HOUR_US}",
    "workspace_id": "{row}workspace_id",
    "key_id": "{row}key_id",
    "user_id": "COALESCE({row}user_id, '')",
    # PostgreSQL's index takes 2.7 kB for all of these, and an upstream may answer with a name of any length.
    "model": "substr(COALESCE({row}model_answered, {row}model, ''), 1, 256)",
    "environment": "{row}environment",
}
UNITED = f"ON CONFLICT ({', '.join(GROUPS)}) DO UPDATE SET {', '.join(f'{name} = usage_hours.{name} + excluded.{name}' for name in SUMMED)}"


def added(row: str, source: str, *, grouped: bool = False) -> str:
    """Return the statement that adds up entries: one as a trigger sees it, or those of a table."""
    keys = [each.format(row=row) for each in GROUPS.values()]
    sums = [each.format(row=row) for each in SUMMED.values()]
    columns = f"INSERT INTO usage_hours ({', '.join((*GROUPS, *SUMMED))})"
    if not grouped:
        return f"{columns} SELECT {', '.join((*keys, *sums))}"
    sums = [f"CAST(SUM({each}) AS BIGINT)" for each in sums]
    return f"{columns} SELECT {', '.join((*keys, *sums))} FROM {source} GROUP BY {', '.join(keys)}"  # noqa: S608  (names of our own)


def make_indexes() -> None:
    """What leads to the entries that pages of the ledger ask for."""
    # The third column is why SQLite takes this index rather than the one of all entries: it need not sort.
    some_index("ix_entries_organization_id_failed", ["organization_id", "time_us", "request_id"], "status >= 400")
    some_index("ix_entries_organization_id_label_time_us", ["organization_id", "label", "time_us"], "label IS NOT NULL")
    some_index("ix_entries_upstream_request_id", ["upstream_request_id"], "upstream_request_id IS NOT NULL")
    if op.get_bind().dialect.name == "postgresql":
        # Its constraint's own index knows the order of a language, by which nothing can be found by its beginning.
        op.create_index("ix_entries_request_id_letters", "entries", ["request_id"], postgresql_ops=LETTERS)


LETTERS = {"upstream_request_id": "varchar_pattern_ops", "request_id": "varchar_pattern_ops"}


def some_index(name: str, columns: list[str], condition: str) -> None:
    """Make an index of some entries only."""
    some = sa.text(condition)
    letters = {column: LETTERS[column] for column in columns[:1] if column in LETTERS}
    op.create_index(name, "entries", columns, sqlite_where=some, postgresql_where=some, postgresql_ops=letters)
