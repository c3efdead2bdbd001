"""The environment's maker hands pip's settings on to uv, and knows when there is nothing to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import environment

LISTING = """\
:env:.cert='/etc/ssl/mine.pem'
global.index-url='https://mirror.example/simple'
global.extra-index-url='https://one.example/simple\\nhttps://two.example/simple'
global.find-links='/wheels /more-wheels'
global.no-color='true'
install.trusted-host='mirror.example'
"""


def test_settings_are_translated() -> None:
    """Index, extra indexes, links, certificates and trusted hosts reach uv under its own names; the rest does not."""
    assert environment.translate(LISTING) == {
        "SSL_CERT_FILE": "/etc/ssl/mine.pem",
        "UV_DEFAULT_INDEX": "https://mirror.example/simple",
        "UV_INDEX": "https://one.example/simple https://two.example/simple",
        "UV_FIND_LINKS": "/wheels,/more-wheels",
        "UV_INSECURE_HOST": "mirror.example",
    }


def test_own_settings_of_uv_win(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is set for uv itself is left alone, and no Python is ever fetched."""
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://own.example/simple")
    monkeypatch.delenv("UV_PYTHON_DOWNLOADS", raising=False)
    settings = environment.uv_settings()
    assert "UV_DEFAULT_INDEX" not in settings
    assert settings["UV_PYTHON_DOWNLOADS"] == "never"


def test_stamp_follows_the_lock(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Another lock is another fingerprint, the same lock the same."""
    lock = tmp_path / "requirements.lock"
    lock.write_text("one==1")
    monkeypatch.setitem(environment.LOCKS, "run", lock)
    before = environment.fingerprint_of("run")
    assert environment.fingerprint_of("run") == before
    lock.write_text("one==2")
    assert environment.fingerprint_of("run") != before


def test_failing_step_says_which() -> None:
    """A step that fails ends with its command, not with a traceback."""
    with pytest.raises(environment.SetupError, match="false"):
        environment.run(["false"])
