"""Policies and what they found, keys of content, content that is kept, organizations that are isolated."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add what 0.5.0 needs; the old program does not know of it."""
    make_policies()
    make_flags()
    make_keys_of_content()
    make_contents()
    op.add_column("api_keys", sa.Column("content", sa.String, nullable=False, server_default="off"))
    op.add_column("organizations", sa.Column("keeps_content", sa.Boolean, nullable=False, server_default=sa.false()))
    op.add_column("organizations", sa.Column("content_key", sa.String))
    op.add_column("organizations", sa.Column("compartment", sa.String))
    op.add_column("sessions", sa.Column("placeholders", sa.LargeBinary))
    op.add_column("entries", sa.Column("policy_note", sa.String))


def make_policies() -> None:
    """A policy's versions, and what each policy is attached to."""
    op.create_table(
        "policies",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("organization_id", sa.String),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("document", sa.LargeBinary, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("created_by", sa.String, nullable=False),
    )
    op.create_index("ix_policies_name", "policies", ["name"])
    op.create_table(
        "policy_attachments",
        sa.Column("scope", sa.String, sa.CheckConstraint("scope IN ('organization', 'workspace', 'key')"), primary_key=True),
        sa.Column("scope_id", sa.String, primary_key=True),
        sa.Column("policy_id", sa.String, primary_key=True),
        sa.Column("version", sa.Integer),
        sa.Column("shadow", sa.Boolean, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
    )


def make_flags() -> None:
    """What policies found, and what stands for the caller's values in things that outlive their request."""
    op.create_table(
        "policy_flags",
        sa.Column("request_id", sa.String, primary_key=True),
        sa.Column("number", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("time_us", sa.BigInteger, nullable=False),
        sa.Column("organization_id", sa.String, nullable=False),
        sa.Column("workspace_id", sa.String, nullable=False),
        sa.Column("key_id", sa.String, nullable=False),
        sa.Column("policy", sa.String, nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("rule", sa.String, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("shadow", sa.Boolean, nullable=False),
        sa.Column("on", sa.String, nullable=False),
        sa.Column("place", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("count", sa.Integer, nullable=False),
        sa.Column("sealed", sa.LargeBinary),
    )
    op.create_index("ix_policy_flags_time_us", "policy_flags", ["time_us"])
    op.create_index("ix_policy_flags_organization_id_time_us", "policy_flags", ["organization_id", "time_us"])
    op.create_table(
        "placeholders",
        sa.Column("resource_id", sa.String, primary_key=True),
        sa.Column("organization_id", sa.String, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
        sa.Column("expires_us", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_placeholders_expires_us", "placeholders", ["expires_us"])


def make_keys_of_content() -> None:
    """The data keys of organizations, each sealed under a key that is elsewhere."""
    op.create_table(
        "data_keys",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("organization_id", sa.String, nullable=False),
        sa.Column("wrapped", sa.LargeBinary, nullable=False),
        sa.Column("wrapped_by", sa.String, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("retired_us", sa.BigInteger),
    )
    op.create_index("ix_data_keys_organization_id", "data_keys", ["organization_id"])


def make_contents() -> None:
    """Requests and answers that their keys say are kept."""
    op.create_table(
        "contents",
        sa.Column("request_id", sa.String, primary_key=True),
        sa.Column("organization_id", sa.String, nullable=False),
        sa.Column("workspace_id", sa.String, nullable=False),
        sa.Column("key_id", sa.String, nullable=False),
        sa.Column("time_us", sa.BigInteger, nullable=False),
        sa.Column("sealed", sa.LargeBinary, nullable=False),
    )
    op.create_index("ix_contents_time_us", "contents", ["time_us"])
    op.create_index("ix_contents_organization_id_time_us", "contents", ["organization_id", "time_us"])
