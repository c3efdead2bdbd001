"""Through a whole gateway: what callers use up, and networks they come from, are told once, over a restart, with no secret in sight."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path
from urllib.request import Request, urlopen

import pytest

from tests.alerts.test_command import SECRET, well
from tests.gateway import Gateway, wait_for
from tests.notices.receiver import TOKEN, Receiver, receiving

BODY = b'{"model":"claude-haiku-4-5","max_tokens":5,"messages":[{"role":"user","content":"hi"}]}'


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """A receiver on a loop of its own."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    context = receiving(well)
    yield asyncio.run_coroutine_threadsafe(context.__aenter__(), loop).result(30)
    asyncio.run_coroutine_threadsafe(context.__aexit__(None, None, None), loop).result(30)
    loop.call_soon_threadsafe(loop.stop)
    thread.join(30)
    loop.close()


def ask(gateway: Gateway, key: str, times: int, **headers: str) -> None:
    """Ask so often."""
    for _ in range(times):
        named = {"x-api-key": key, "anthropic-version": "2023-06-01", "content-type": "application/json"}
        with urlopen(Request(f"{gateway.url}/v1/messages", BODY, named | headers), timeout=60) as answer:  # noqa: S310  (loopback)
            answer.read()


def subjects(receiver: Receiver) -> list[str]:
    """What the webhook was told."""
    return [arrived.document["subject"] for arrived in receiver.arrived if arrived.path.startswith("/hook/")]


def test_alerts_of_a_gateway(tmp_path: Path, receiver: Receiver) -> None:
    """Twenty requests of a month's twenty: four notices by webhook and robot; a second network: one; a restart and more: none again."""
    config = f"""
upstream = "sandbox"
trusted_proxies = ["127.0.0.1"]
[alerts]
webhook = "{receiver.url}/hook/x"
webhook_secret = "env:SECRET"
wecom = "env:WECOM"
"""
    environment = {"SECRET": SECRET, "WECOM": f"{receiver.url}/cgi-bin/webhook/send?key={TOKEN}"}
    with Gateway(tmp_path, config=config, environment=environment) as gateway:
        key = gateway.new_key("ci", "--limit", "requests_per_month=20")
        ask(gateway, key, 20)
        ask(gateway, gateway.new_key("other"), 1)
        wait_for(lambda: len(receiver.arrived) >= 8, "four notices by two channels")
        gateway.restart()
        ask(gateway, gateway.new_key("third"), 1)
        other = gateway.new_key("roaming")
        ask(gateway, other, 1, **{"x-forwarded-for": "203.0.113.7"})
        ask(gateway, other, 2, **{"x-forwarded-for": "198.51.100.7"})
        wait_for(lambda: len(receiver.arrived) >= 10, "a fifth notice by two channels")
        listed = gateway.run("alerts", "list")
        gateway.stop()
        told = [" ".join(subject.split()[1:4]) for subject in subjects(receiver)]
        assert told == ["50 % of", "80 % of", "95 % of", "100 % of", "the key roaming"]
        assert len(receiver.arrived) == 2 * len(told)
        assert "requests a month" in listed
        assert "roaming" in listed
        written = listed + gateway.output() + "".join(path.read_text(errors="replace") for path in gateway.data.glob("*.log*"))
    assert "alert: Yumen: " in written
    assert not any(secret in written for secret in (SECRET, TOKEN, key))
