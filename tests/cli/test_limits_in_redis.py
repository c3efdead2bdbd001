"""What `yumen limits show` says is used where the counters are in Redis: what every gateway counts there, this moment."""

from __future__ import annotations

import asyncio
import json
from pathlib import Path

from tests.cli.command import inside
from tests.valkey import Valkey, redis_url
from yumen.clock import Clock
from yumen.exchange.values import DEFAULT_ORGANIZATION
from yumen.limits.store_redis import RedisLimitStore, RedisServer, connect
from yumen.limits.values import Ask, Demand, Form, Granted, Measure, Missing

MINUTE_US = 60_000_000


async def open_one(url: str, key_id: str) -> None:
    """Admit one request of a key, as a gateway does."""
    store = RedisLimitStore(connect(RedisServer(url, 10_000)))
    demands = (
        Demand(f"key:{key_id}:requests_per_minute", Form.WINDOW, Measure.REQUESTS, 10, 1, MINUTE_US),
        Demand(f"key:{key_id}:concurrent_requests", Form.LEASES, Measure.REQUESTS, 4, 1),
    )
    ask = Ask(DEFAULT_ORGANIZATION, Clock().new_id("req_"), MINUTE_US, demands)
    verdict = await store.open(ask)
    if isinstance(verdict, Missing):
        await store.load(DEFAULT_ORGANIZATION, [])
        verdict = await store.open(ask)
    await store.stop()
    assert isinstance(verdict, Granted)


def test_what_is_used_now(tmp_path: Path) -> None:
    """A request under way is counted in its minute and its places; what Redis does not know yet is the ledger's."""
    with redis_url(tmp_path) as url:
        limits = ("requests_per_minute=10", "concurrent_requests=4", "requests_per_month=100")
        made = inside(tmp_path, "keys", "create", "ci", "--json", *(part for limit in limits for part in ("--limit", limit)))
        asyncio.run(open_one(url, json.loads(made.out)["id"]))
        ran = inside(tmp_path, "limits", "show", "--key", "ci", "--json", YUMEN_REDIS_URL=url)
    found = {line["kind"]: (line["used"], line["left"]) for line in map(json.loads, ran.out.splitlines())}
    assert found == {"requests_per_minute": (1, 9), "concurrent_requests": (1, 3), "requests_per_month": (0, 100)}
    assert ran.err == ""


def test_the_doctor_looks_at_redis(tmp_path: Path) -> None:
    """Whether limits can be counted is a line of the doctor's: well, out of memory, not there, or named wrongly."""
    inside(tmp_path, "keys", "create", "a")
    with Valkey(tmp_path / "valkey") as valkey:
        assert "ok\tredis\tlimits are counted there; it takes a write in " in inside(tmp_path, "doctor", YUMEN_REDIS_URL=valkey.url).out
        assert valkey.say("CONFIG SET maxmemory 1") == b"+OK\r\n"
        ill = inside(tmp_path, "doctor", YUMEN_REDIS_URL=valkey.url)
        assert (ill.code, "fail\tredis\tlimits cannot be counted there (command not allowed when used memory" in ill.out) == (1, True)
    gone = inside(tmp_path, "doctor", YUMEN_REDIS_URL=valkey.url)
    assert (gone.code, "fail\tredis\tlimits cannot be counted there (Error 111" in gone.out) == (1, True)
    wrong = inside(tmp_path, "doctor", YUMEN_REDIS_URL="redis://:pa55word@127.0.0.1:1/0")
    assert (wrong.code, "fail\tredis\tthe password must not stand in redis.url" in wrong.out, "pa55word" in wrong.out) == (1, True, False)
    assert "\tredis\t" not in inside(tmp_path, "doctor").out
