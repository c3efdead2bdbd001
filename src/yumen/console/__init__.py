"""The operator's and the members' side: the admin API (`api/`), and later the web console."""
