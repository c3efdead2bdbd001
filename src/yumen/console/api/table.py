"""The one table of the admin API: every route, what it does, who may, what it takes and gives. Routes, rights and OpenAPI come from it."""

from __future__ import annotations

from yumen.console.api import (
    audit,
    entrance,
    foyer,
    increases,
    invites,
    isolation,
    key_callers,
    key_desk,
    limits,
    model_aliases,
    organization,
    plans,
    policies,
    policy_places,
    prompts,
    rate_limits,
    reports,
    sign_ups,
    spend_limits,
    users,
    workspace_table,
)

OPERATIONS = (
    *organization.OPERATIONS,
    *key_desk.OPERATIONS,
    *key_callers.OPERATIONS,
    *workspace_table.OPERATIONS,
    *rate_limits.OPERATIONS,
    *spend_limits.OPERATIONS,
    *limits.OPERATIONS,
    *users.OPERATIONS,
    *entrance.OPERATIONS,
    *foyer.OPERATIONS,
    *invites.OPERATIONS,
    *reports.OPERATIONS,
    *plans.OPERATIONS,
    *model_aliases.OPERATIONS,
    *policies.OPERATIONS,
    *policy_places.OPERATIONS,
    *prompts.OPERATIONS,
    *increases.OPERATIONS,
    *sign_ups.OPERATIONS,
    *audit.OPERATIONS,
    *organization.OPERATOR_OPERATIONS,
    *isolation.OPERATOR_OPERATIONS,
)

BY_NAME = {operation.name: operation for operation in OPERATIONS}
"""How the console's pages name them."""
