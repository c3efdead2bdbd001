"""Organizations, members, plans, limits, batches under way, alerts that were sent, and the audit log, which only grows."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

DEFAULT = "org_00000000000000000default"
"""The organization of what the command line makes, and of everything that 0.1.0 wrote."""
WORKSPACES = (
    ("wrkspc_00000000000000production", "production"),
    ("wrkspc_00000000000000000staging", "staging"),
)
PLANS: tuple[tuple[str, list[dict[str, object]], bool, str, str], ...] = (
    ("unlimited", [], True, "No limits: for the operator's own keys.", "不设限额:供运维者自己的密钥使用。"),
    (
        "trial",
        [{"kind": "requests_per_minute", "value": 20}, {"kind": "requests_per_month", "value": 5000}],
        False,
        "20 requests a minute and 5,000 free requests a month, over all keys and models.",
        "每分钟 20 次请求,每月 5,000 次免费请求,所有密钥和模型合计。",
    ),
    (
        "enterprise",
        [],
        True,
        "Limits set by the operator; isolation and a policy of its own.",
        "限额由运维者设定;可隔离,可用自己的内容策略。",
    ),
)


def upgrade() -> None:
    """Add what 0.2.0 needs. The old program goes on meanwhile: every new column of its tables has a default."""
    make_plans()
    make_organizations()
    make_people()
    make_sign_ups()
    make_limits()
    make_batches()
    make_alerts()
    make_audit()
    widen_entries()
    widen_keys()  # last: running gateways read it all the time, and on PostgreSQL they wait from here to the commit


def make_plans() -> None:
    """Plans are data: named sets of limits, and what an organization on them may have."""
    plans = op.create_table(
        "plans",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("limits", sa.JSON, nullable=False),
        sa.Column("isolation", sa.Boolean, nullable=False),
        sa.Column("description", sa.String, nullable=False),
        sa.Column("description_zh", sa.String, nullable=False),
    )
    names = ("name", "limits", "isolation", "description", "description_zh")
    op.bulk_insert(plans, [dict(zip(names, plan, strict=True)) for plan in PLANS])


def make_organizations() -> None:
    """Organizations and their workspaces."""
    organizations = op.create_table(
        "organizations",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("plan", sa.String, nullable=False),
        sa.Column("time_zone", sa.String, nullable=False),
        sa.Column("isolated", sa.Boolean, nullable=False),
        sa.Column("policy", sa.String),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("suspended_us", sa.BigInteger),
    )
    workspaces = op.create_table(
        "workspaces",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("organization_id", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("environment", sa.String, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("archived_us", sa.BigInteger),
    )
    op.create_index("ix_workspaces_organization_id", "workspaces", ["organization_id"])
    default = {"id": DEFAULT, "name": "default", "kind": "enterprise", "plan": "unlimited", "time_zone": "UTC"}
    op.bulk_insert(organizations, [default | {"isolated": False, "policy": None, "created_us": 0, "suspended_us": None}])
    rows = [{"id": identifier, "organization_id": DEFAULT, "name": name, "environment": name} for identifier, name in WORKSPACES]
    op.bulk_insert(workspaces, [row | {"created_us": 0, "archived_us": None} for row in rows])


def make_people() -> None:
    """Users, where they are members and with which role, and invitations. A password is here only as its Argon2 hash."""
    op.create_table(
        "users",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("email", sa.String, nullable=False, unique=True),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("phone", sa.String),
        sa.Column("password_hash", sa.String),
        sa.Column("operator", sa.Boolean, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("disabled_us", sa.BigInteger),
    )
    op.create_table(
        "members",
        sa.Column("organization_id", sa.String, primary_key=True),
        sa.Column("user_id", sa.String, primary_key=True),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_members_user_id", "members", ["user_id"])
    op.create_table(
        "workspace_members",
        sa.Column("workspace_id", sa.String, primary_key=True),
        sa.Column("user_id", sa.String, primary_key=True),
        sa.Column("role", sa.String, nullable=False),
    )
    op.create_table(
        "invites",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("organization_id", sa.String, nullable=False),
        sa.Column("email", sa.String, nullable=False),
        sa.Column("role", sa.String, nullable=False),
        sa.Column("invited_by", sa.String),
        sa.Column("code_hash", sa.LargeBinary, nullable=False),
        sa.Column("shown_code", sa.String),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("expires_us", sa.BigInteger, nullable=False),
        sa.Column("accepted_us", sa.BigInteger),
        sa.Column("deleted_us", sa.BigInteger),
    )
    op.create_index("ix_invites_organization_id", "invites", ["organization_id"])


def make_sign_ups() -> None:
    """Sign-ups, their codes (`shown_code` only where nothing can send it), tries whose number is limited, and requests for more."""
    op.create_table(
        "signups",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("kind", sa.String, nullable=False),
        sa.Column("organization_name", sa.String, nullable=False),
        sa.Column("name", sa.String, nullable=False),
        sa.Column("email", sa.String, nullable=False),
        sa.Column("phone", sa.String),
        sa.Column("purpose", sa.String, nullable=False),
        sa.Column("password_hash", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("address", sa.String, nullable=False),
        sa.Column("organization_id", sa.String),
        sa.Column("reason", sa.String),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("decided_us", sa.BigInteger),
        sa.Column("decided_by", sa.String),
    )
    op.create_index("ix_signups_email", "signups", ["email"])
    op.create_table(
        "codes",
        sa.Column("subject", sa.String, primary_key=True),
        sa.Column("channel", sa.String, primary_key=True),
        sa.Column("hash", sa.LargeBinary, nullable=False),
        sa.Column("shown_code", sa.String),
        sa.Column("tries_left", sa.Integer, nullable=False),
        sa.Column("sent", sa.Integer, nullable=False),
        sa.Column("sent_us", sa.BigInteger, nullable=False),
        sa.Column("expires_us", sa.BigInteger, nullable=False),
        sa.Column("used_us", sa.BigInteger),
    )
    op.create_table(
        "attempts",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("what", sa.String, nullable=False),
        sa.Column("subject", sa.String, nullable=False),
        sa.Column("time_us", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_attempts_what_subject", "attempts", ["what", "subject"])
    op.create_index("ix_attempts_time_us", "attempts", ["time_us"])
    op.create_table(
        "increase_requests",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("organization_id", sa.String, nullable=False),
        sa.Column("user_id", sa.String),
        sa.Column("wanted", sa.JSON, nullable=False),
        sa.Column("reason", sa.String, nullable=False),
        sa.Column("status", sa.String, nullable=False),
        sa.Column("answer", sa.String),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("decided_us", sa.BigInteger),
        sa.Column("decided_by", sa.String),
    )
    op.create_index("ix_increase_requests_status", "increase_requests", ["status"])


def make_limits() -> None:
    """Limits that were set beside those of a plan. A value is requests, tokens or nano-dollars, as the kind says."""
    op.create_table(
        "limits",
        sa.Column("organization_id", sa.String, primary_key=True),
        sa.Column("scope_kind", sa.String, primary_key=True),
        sa.Column("scope_id", sa.String, primary_key=True),
        sa.Column("kind", sa.String, primary_key=True),
        sa.Column("value", sa.BigInteger, nullable=False),
        sa.Column("mode", sa.String, nullable=False),
        sa.Column("wait_ms", sa.BigInteger, nullable=False),
        sa.Column("reserve", sa.String, nullable=False),
        sa.Column("since_us", sa.BigInteger, nullable=False, server_default="0"),
    )


def make_batches() -> None:
    """Batches that are not settled yet, with what must be known to charge them when they end."""
    op.create_table(
        "batches",
        sa.Column("id", sa.String, primary_key=True),
        sa.Column("document", sa.JSON, nullable=False),
        sa.Column("created_us", sa.BigInteger, nullable=False),
        sa.Column("checked_us", sa.BigInteger),
        sa.Column("settled_us", sa.BigInteger),
    )
    op.create_index("ix_batches_settled_us", "batches", ["settled_us"])


def make_alerts() -> None:
    """Alerts that were sent, so that each crossing is told once."""
    op.create_table(
        "alerts",
        sa.Column("name", sa.String, primary_key=True),
        sa.Column("organization_id", sa.String),
        sa.Column("document", sa.JSON, nullable=False),
        sa.Column("time_us", sa.BigInteger, nullable=False),
    )
    op.create_index("ix_alerts_time_us", "alerts", ["time_us"])


def make_audit() -> None:
    """The audit log. The database itself refuses to change what was written."""
    op.create_table(
        "audit",
        sa.Column("sequence", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("time_us", sa.BigInteger, nullable=False),
        sa.Column("organization_id", sa.String),
        sa.Column("actor", sa.String, nullable=False),
        sa.Column("action", sa.String, nullable=False),
        sa.Column("target", sa.String, nullable=False),
        sa.Column("before", sa.JSON),
        sa.Column("after", sa.JSON),
        sa.Column("address", sa.String, nullable=False),
    )
    op.create_index("ix_audit_organization_id_time_us", "audit", ["organization_id", "time_us"])
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{verb.lower()} BEFORE {verb} ON audit BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
            )
        # REPLACE deletes without asking the trigger above.
        op.execute(
            "CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit WHEN EXISTS (SELECT 1 FROM audit WHERE sequence = NEW.sequence) "
            "BEGIN SELECT RAISE(ABORT, 'the audit log only grows'); END"
        )
    else:
        op.execute(
            "CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE EXCEPTION 'the audit log only grows' USING ERRCODE = 'integrity_constraint_violation'; END $$"
        )
        op.execute("CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit EXECUTE FUNCTION audit_only_grows()")


def widen_keys() -> None:
    """Whose a key is, what it is restricted to, and for admin keys the role."""
    add = op.add_column
    add("api_keys", sa.Column("organization_id", sa.String, nullable=False, server_default=DEFAULT))
    add("api_keys", sa.Column("user_id", sa.String))
    add("api_keys", sa.Column("created_by", sa.String))
    add("api_keys", sa.Column("label", sa.String))
    add("api_keys", sa.Column("takes_label", sa.Boolean, nullable=False, server_default=sa.false()))
    add("api_keys", sa.Column("restrictions", sa.JSON, nullable=False, server_default="[]"))
    add("api_keys", sa.Column("role", sa.String))
    add("api_keys", sa.Column("inactive_us", sa.BigInteger))
    op.create_index("ix_api_keys_organization_id", "api_keys", ["organization_id"])


def widen_entries() -> None:
    """By whom and for what an exchange was, and how many requests it counted against limits."""
    add = op.add_column
    add("entries", sa.Column("organization_id", sa.String, nullable=False, server_default=DEFAULT))
    add("entries", sa.Column("user_id", sa.String))
    add("entries", sa.Column("label", sa.String))
    add("entries", sa.Column("counted", sa.BigInteger, nullable=False, server_default="0"))
    op.create_index("ix_entries_organization_id_time_us", "entries", ["organization_id", "time_us"])
