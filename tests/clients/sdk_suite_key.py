"""A pytest plugin for the SDK's own suite: puts the gateway's key in the place of the suite's own, which opens nothing.

The suite's conftest holds its key as a constant and clears `ANTHROPIC_*`, so neither a variable nor a header can bring one in.
"""

from __future__ import annotations

import os

import pytest


def pytest_collection_finish(session: pytest.Session) -> None:
    """Set the key once the suite's conftest is loaded, before its first fixture reads it."""
    for plugin in session.config.pluginmanager.get_plugins():
        if getattr(plugin, "api_key", None) == "my-anthropic-api-key":
            plugin.api_key = os.environ["GATEWAY_KEY"]
            return
    pytest.exit("the suite's conftest no longer holds its key as `api_key`", returncode=3)
