"""The first schema: keys, owned resources, the ledger with how far each journal segment was drained, and the revision."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make every table of 0.1.0."""
    make_keys()
    make_resources()
    make_entries()
    make_drained()
    make_revision()


def make_keys() -> None:
    """API keys: only a hash of the secret is here."""
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("public_id", sa.String, nullable=False, unique=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("environment", sa.String, nullable=False),
        sa.Column("workspace_id", sa.String, nullable=False),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("allowed_paths", sa.JSON, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("expires_us", sa.BigInteger),
        sa.Column("revoked_us", sa.BigInteger),
        sa.Column("replaced_by", sa.String),
    )
    op.create_index("ix_api_keys_name", "api_keys", ["name"])


def make_resources() -> None:
    """Batches, files and the like that were made upstream, with the workspace that owns each."""
    op.create_table(
        "resources",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("workspace_id", sa.String, nullable=False),
        sa.Column("upstream", sa.String, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_resources_workspace_id_kind_created_us", "resources", ["workspace_id", "kind", "created_us"])


def make_entries() -> None:
    """One row an exchange; money is whole nano-dollars, NULL where no price is known."""
    op.create_table(
        "entries",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("request_id", sa.String, nullable=False, unique=True),
        sa.Column("time_us", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("key_id", sa.String, nullable=False),
        sa.Column("environment", sa.String, nullable=False),
        sa.Column("workspace_id", sa.String, nullable=False),
        sa.Column("method", sa.String, nullable=False),
        sa.Column("path", sa.String, nullable=False),
        sa.Column("model", sa.String),
        sa.Column("model_answered", sa.String),
        sa.Column("stream", sa.Boolean, nullable=False),
        sa.Column("status", sa.Integer, nullable=False),
        sa.Column("outcome", sa.String, nullable=False),
        sa.Column("fault", sa.String),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("prompt_characters", sa.BigInteger, nullable=False),
        sa.Column("prompt_bytes", sa.BigInteger, nullable=False),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in COUNTS),
        sa.Column("service_tier", sa.String),
        sa.Column("speed", sa.String),
        sa.Column("inference_geo", sa.String),
        sa.Column("stop_reason", sa.String),
        sa.Column("estimated", sa.Boolean, nullable=False),
        sa.Column("cost_nanousd", sa.BigInteger),
        sa.Column("price_version", sa.String),
        sa.Column("ttft_us", sa.BigInteger),
        sa.Column("duration_us", sa.BigInteger, nullable=False),
        sa.Column("overhead_us", sa.BigInteger, nullable=False),
        sa.Column("caller", sa.String, nullable=False),
        sa.Column("user_agent", sa.String),
        sa.Column("upstream", sa.String),
        sa.Column("upstream_request_id", sa.String),
        sa.Column("count", sa.Integer, nullable=False),
    )
    op.create_index("ix_entries_time_us", "entries", ["time_us"])
    op.create_index("ix_entries_key_id_time_us", "entries", ["key_id", "time_us"])


COUNTS = (
    "input_tokens",
    "output_tokens",
    "cache_read_tokens",
    "cache_write_5m_tokens",
    "cache_write_1h_tokens",
    "thinking_tokens",
    "web_search_requests",
)


def make_drained() -> None:
    """How many bytes of each journal segment are in `entries`: written in the same transaction as the rows."""
    op.create_table(
        "drained",
        sa.Column("segment", sa.String, primary_key=True),
        sa.Column("position", sa.BigInteger, nullable=False),
    )


def make_revision() -> None:
    """One row, raised by every administrative write."""
    revision_table = op.create_table(
        "revision",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("number", sa.BigInteger, nullable=False),
    )
    op.bulk_insert(revision_table, [{"id": 1, "number": 0}])
