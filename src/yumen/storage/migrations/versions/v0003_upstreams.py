"""Attempts and times in the ledger, what happens when a caller leaves, model aliases, and answers kept for repeated requests."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what 0.3.0 needs. The old program goes on meanwhile: every new column of its tables has a default."""
    make_aliases()
    make_answers()
    widen_entries()
    widen_keys()  # last: running gateways read it all the time, and on PostgreSQL they wait from here to the commit


def make_aliases() -> None:
    """Which model an organization means by a name of its own, or by one that is retired."""
    op.create_table(
        "model_aliases",
        sa.Column("organization_id", sa.String, primary_key=True),
        sa.Column("alias", sa.String, primary_key=True),
        sa.Column("model", sa.String, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
    )


def make_answers() -> None:
    """Requests with an idempotency key: under way, or ended with an answer, which is encrypted, or with a reason why none is kept."""
    op.create_table(
        "idempotent_answers",
        sa.Column("id", sa.String, primary_key=True),  # a hash of owner, method, path and key
        sa.Column("workspace_id", sa.String, nullable=False),
        sa.Column("request_id", sa.String, nullable=False),
        sa.Column("body_hash", sa.LargeBinary, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("lease_until_us", sa.BigInteger, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("expires_us", sa.BigInteger, nullable=False),
        sa.Column("reason", sa.String),
        sa.Column("sealed", sa.LargeBinary),
    )
    op.create_index("ix_idempotent_answers_expires_us", "idempotent_answers", ["expires_us"])


def widen_entries() -> None:
    """Every attempt of a request, the times of its way, which limit it waited for, and whose answer a repeated one got."""
    op.add_column("entries", sa.Column("tries", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("entries", sa.Column("times", sa.JSON, nullable=False, server_default="[]"))
    op.add_column("entries", sa.Column("limit_wait_us", sa.BigInteger, nullable=False, server_default="0"))
    op.add_column("entries", sa.Column("limit_note", sa.String))
    op.add_column("entries", sa.Column("replay_of", sa.String))


def widen_keys() -> None:
    """For how long a key's answers are read on after the caller has left."""
    op.add_column("api_keys", sa.Column("drain_s", sa.Float))
