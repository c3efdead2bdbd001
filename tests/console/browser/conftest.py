"""A browser for all tests of this folder, and a gateway with a mail server behind it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.browser import open_browser
from tests.gateway import Gateway
from tests.notices.mail_server import Post, mail_server

CONFIG = """
[organizations]
sign_up = "open"

[mail]
server = "127.0.0.1:{port}"
tls = "none"
language = "{language}"
"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """The browser. It is closed with its file: its driver runs an event loop in this thread, beside which no other test's can run."""
    with open_browser() as opened:
        yield opened


@pytest.fixture
def post(tmp_path: Path) -> Iterator[tuple[Post, int]]:
    """A mail server, and its port."""
    with mail_server(tmp_path, "none") as served:
        yield served


@pytest.fixture
def gateway(tmp_path: Path, post: tuple[Post, int]) -> Iterator[Gateway]:
    """A gateway before the sandbox at which anybody may sign up."""
    with Gateway(tmp_path / "gateway", config=CONFIG.format(port=post[1], language="en")) as served:
        yield served
