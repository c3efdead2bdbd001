"""The limits and plans in the SQL database."""
