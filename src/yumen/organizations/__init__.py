"""Who the caller belongs to: sign-up, members and their roles, workspaces, plans, and requests for more."""
