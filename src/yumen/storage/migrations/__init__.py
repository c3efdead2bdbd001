"""The migrations that ship with the package; Alembic runs them."""
