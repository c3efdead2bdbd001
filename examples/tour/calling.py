"""The first calls, in the programs of 2023 and of today, and what makes them bear production."""

from __future__ import annotations

import json
import shutil

from examples.tour.house import House
from examples.tour.step import Both, Chapter, Step

from tests.gateway import ROOT

RETRY = """from yumen import Claude, Retry

claude = Claude(retry=Retry(attempts=3, wait_min=0.01, wait_max=0.05))  # 4 and 10 seconds in production
twice_overloaded = {"x-sandbox-status": "529", "x-sandbox-times": "2"}
answer = claude.answer("Are you there?", model="claude-haiku-4-5", max_tokens=50, extra_headers=twice_overloaded)
print(answer.attempts, "attempts,", answer.message.stop_reason)"""
LIMIT = """import time
from concurrent.futures import ThreadPoolExecutor
from yumen import Claude, Limit

claude = Claude(limit=Limit(calls=15, period=2), model="claude-haiku-4-5")  # period=60 in production
with ThreadPoolExecutor(30) as threads:
    sent = sorted(threads.map(lambda _: (claude.ask("Hello", max_tokens=5), time.monotonic())[1], range(31)))
print(len(sent), "calls; the sixteenth came back", sent[15] - sent[0] > 1, "seconds later, the thirty-first", sent[30] - sent[0] > 3)"""
QUOTA = """from yumen import Claude

claude = Claude(model="claude-haiku-4-5")
claude.ask("Hello", max_tokens=5)
print("requests a minute:", claude.quota.requests is not None)"""
LOGS = """import logging
from yumen import Claude

logging.basicConfig(format="%(levelname)s - %(message)s", handlers=[logging.FileHandler("claude_api.log"), logging.StreamHandler()])
logging.getLogger("yumen").setLevel(logging.INFO)
Claude(model="claude-haiku-4-5").ask("Hello", max_tokens=5)"""


def old_python(house: House) -> list[str]:
    """The tutorial's program, as it ran in early 2023."""
    return example(house, "python-early-2023", "retry.py")


def old_node(house: House) -> list[str]:
    """The same in Node."""
    return example(house, "node-2023", "retry.cjs")


def new_node(house: House) -> list[str]:
    """The same with today's SDK."""
    return example(house, "node-today", "retry.mjs")


def example(house: House, client: str, program: str) -> list[str]:
    """Run a program of `examples/tutorial` with its own release of the SDK."""
    source = ROOT / "examples" / "tutorial" / client / program
    environment = ROOT / ".clients" / client
    folder = house.folder / f"{client}-{program}"
    folder.mkdir()
    (folder / program).write_bytes(source.read_bytes())
    if program.endswith("py"):
        command = [str(environment / "bin" / "python"), str(folder / program)]
    else:
        (folder / "node_modules").symlink_to(environment / "node_modules")
        command = [shutil.which("node") or "node", str(folder / program)]
    said = house.run(*command, more={"TUTORIAL_SHORTEST_WAIT_S": "0.1"}).strip()
    assert said
    return [f"{client}/{program}: answered"]


def retry(house: House) -> list[str]:
    """Twice overloaded, then answered: three attempts, seen in the ledger once."""
    said = house.python(RETRY).strip()
    assert said == "3 attempts, end_turn", said
    return [said]


def pinned_model(house: House) -> list[str]:
    """A date in a model's name is kept; an alias is answered by the model that it names, and the answer says which."""
    _, answer = house.ask(model="claude-haiku-4-5-20251001")
    assert answer["model"] == "claude-haiku-4-5-20251001"
    return ["claude-haiku-4-5-20251001, answered by claude-haiku-4-5-20251001"]


def client_limit(house: House) -> list[str]:
    """Thirty threads on one client; the limit holds."""
    said = house.python(LIMIT).strip()
    assert said.count("True") == 2, said
    return [said]


def headers(house: House) -> list[str]:
    """What is left, on every answer."""
    house.gateway.run("keys", "update", "tour", "--limit", "requests_per_minute=1000")
    said = house.python(QUOTA).strip()
    assert said == "requests a minute: True"
    return [said]


def logs(house: House) -> list[str]:
    """The two figures, in the program's own log, and for every call of everybody in the gateway's."""
    house.python(LOGS)
    line = (house.folder / "claude_api.log").read_text()
    assert "prompt_length=" in line
    assert "response_time_ms=" in line
    (newest,) = [json.loads(each) for each in house.gateway.run("logs", "--limit", "1", "--json").splitlines()]
    assert newest["input_tokens"] > 0
    return ["claude_api.log: … prompt_length=… response_time_ms=…", "the ledger: tokens, money and time of each call, and no prompt"]


CHAPTER = Chapter(
    Both("Calling", "代码实战"),
    [
        Step(
            Both("A program of 2023, unchanged", "2023 年的 Python 程序，一字不改"),
            Both(
                "`completion`, HUMAN_PROMPT and AI_PROMPT, tenacity: the old protocol is translated to Messages and back.",
                "`completion`、HUMAN_PROMPT/AI_PROMPT、tenacity 都照旧：网关把旧协议翻译成 Messages，再翻译回来。",
            ),
            "python examples/tutorial/python-early-2023/retry.py",
            old_python,
        ),
        Step(
            Both("The same in Node", "同样的 Node.js 程序"),
            Both("With `async-retry` and the SDK of that year.", "使用 async-retry 和当年的 SDK。"),
            "node examples/tutorial/node-2023/retry.cjs",
            old_node,
        ),
        Step(
            Both("Node today", "今天的 Node.js"),
            Both("The same with the current SDK.", "换成现在的 SDK。"),
            "node examples/tutorial/node-today/retry.mjs",
            new_node,
        ),
        Step(
            Both("Retries with exponential back-off", "指数退避重试"),
            Both(
                "At most the stated attempts, by library, SDK and gateway together; `retry-after` is obeyed.",
                "库、SDK 和网关加起来最多尝试这么多次；遵守 `retry-after`。",
            ),
            RETRY,
            retry,
            "python",
        ),
        Step(
            Both("A model with its date", "明确指定模型版本"),
            Both("What is asked for by its date is answered by that very model.", "带日期的模型名，就由那个版本回答。"),
            'curl "$ANTHROPIC_BASE_URL/v1/messages" … -d \'{"model": "claude-haiku-4-5-20251001", …}\'',
            pinned_model,
        ),
    ],
)
PRODUCTION = Chapter(
    Both("Production", "生产环境考量"),
    [
        Step(
            Both("A limit on the client's side: 15 calls in any 60 seconds", "客户端限流：任意 60 秒最多 15 次"),
            Both(
                "Shared by all threads, tasks and clients of the process; others wait their turn.",
                "进程内所有线程、任务和客户端共用；其余的排队等候。",
            ),
            LIMIT,
            client_limit,
            "python",
        ),
        Step(
            Both("What is left, from the answer's headers", "从响应头获取剩余配额"),
            Both(
                "Claude says `anthropic-ratelimit-…` today where it once was `x-ratelimit-…`.",
                "当年的 `x-ratelimit-…`，如今叫 `anthropic-ratelimit-…`。",
            ),
            QUOTA,
            headers,
            "python",
        ),
        Step(
            Both("A log of both figures: prompt length and response time", "日志记录两项关键指标：提示词长度与响应时间"),
            Both("Never a prompt, an answer or a key.", "绝不记录提示词、回答或密钥。"),
            LOGS,
            logs,
            "python",
        ),
    ],
)
