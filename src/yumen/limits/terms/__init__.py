"""Which limits apply to whom: those of the plan, and those that were set on the organization, workspace, key, member and label."""
