"""Conversations that are kept: sessions and their turns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

TOKENS = ("input_tokens", "output_tokens", "cache_read_tokens", "cache_write_5m_tokens", "cache_write_1h_tokens")


def upgrade() -> None:
    """Add what 0.5.0 needs; the old program does not know of it."""
    make_sessions()
    make_turns()


def make_sessions() -> None:
    """Whose a conversation is, and what its turns have in common."""
    op.create_table(
        "sessions",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("owner", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("used_us", sa.BigInteger, nullable=False),
        sa.Column("style", sa.String),
        sa.Column("model", sa.String),
        sa.Column("system", sa.LargeBinary),
        sa.Column("tools", sa.LargeBinary),
        sa.Column("summary", sa.LargeBinary),
        sa.Column("forked_from", sa.String),
        sa.UniqueConstraint("owner", "name"),
    )
    op.create_index("ix_sessions_owner_used_us", "sessions", ["owner", "used_us"])
    op.create_index("ix_sessions_used_us", "sessions", ["used_us"])


def make_turns() -> None:
    """Each question with its answer, in the bytes that were sent, and their text for whoever searches."""
    op.create_table(
        "session_turns",
        sa.Column("session_id", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("request_id", sa.String, nullable=False),
        sa.Column("state", sa.String, nullable=False),
        sa.Column("opened_us", sa.BigInteger, nullable=False),
        sa.Column("lease_until_us", sa.BigInteger, nullable=False),
        sa.Column("question", sa.LargeBinary, nullable=False),
        sa.Column("answer", sa.LargeBinary),
        sa.Column("dropped", sa.Boolean, nullable=False),
        sa.Column("ended_us", sa.BigInteger),
        sa.Column("model", sa.String),
        *(sa.Column(name, sa.BigInteger, nullable=False) for name in TOKENS),
        sa.Column("text", sa.String, nullable=False),
    )
    op.create_index("ix_session_turns_request_id", "session_turns", ["request_id"])
