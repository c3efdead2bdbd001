"""What the console needs: second factors, identities from elsewhere, saved prompts, and the ledger's sums by the hour."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add what 0.6.0 needs; the old program does not know of it."""
    make_second_factors()
    make_identities()
    make_prompts()
    make_usage_hours()


def make_second_factors() -> None:
    """What a person has beside the password."""
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
    """The ledger's sums by the hour: written with each entry, in the same transaction, so that reports need not read the entries."""
