"""Speed, conversations, temperature, formats, addresses, streams."""

from __future__ import annotations

import json

from examples.tour.house import House
from examples.tour.pitfalls import said
from examples.tour.step import Both, Chapter, Step

from tests.gateway import ROOT

MERGED = """from yumen import Claude

claude = Claude(model="claude-haiku-4-5")
answers = claude.ask_many(["What is 2 + 3?", "What is 4 + 5?", "你好"], way="merge")
print(len(answers), "answers, in order")"""
POOL = """from concurrent.futures import ThreadPoolExecutor
from yumen import Claude

with Claude(model="claude-haiku-4-5") as claude, ThreadPoolExecutor(20) as threads:
    print(sum(bool(text) for text in threads.map(lambda _: claude.ask("Hello", max_tokens=5), range(60))), "calls over one pool")"""
FIRST = """from yumen import Claude

conversation = Claude(model="claude-haiku-4-5").conversation("customer-42")
conversation.say("My name is Li Lei.")
print(len(conversation.turns), "turn")"""
LATER = """from yumen import Claude

conversation = Claude(model="claude-haiku-4-5").conversation("customer-42")
conversation.say("What is my name?")
print(len(conversation.turns), "turns")"""
ENVIRONMENTS = """from yumen import Claude

for name in ("production", "sandbox"):
    claude = Claude(environment=name, api_key="env:CLAUDE_API_KEY")
    print(name, claude.base_url.host)"""
STREAM = """from yumen import Claude

claude = Claude(model="claude-haiku-4-5")
with claude.messages.stream(model=claude.model, max_tokens=1000, messages=[{"role": "user", "content": "Tell me a story"}]) as stream:
    pieces = list(stream.text_stream)
print(len(pieces) > 1, stream.get_final_message().stop_reason)"""
FORMAT = '''def test_hello(claude_sandbox):
    """The answer has Claude's form."""
    message = claude_sandbox.claude().messages.create(
        model="claude-haiku-4-5", max_tokens=50, messages=[{"role": "user", "content": "Hello"}]
    )
    assert_message(message)
'''


def merged(house: House) -> list[str]:
    """Several questions in one prompt."""
    return said(house, MERGED, "3 answers, in order")


def pool(house: House) -> list[str]:
    """Threads share one pool of connections that are kept alive."""
    return said(house, POOL, "60 calls over one pool")


def session(house: House) -> list[str]:
    """A conversation that another process goes on with."""
    return [*said(house, FIRST, "1 turn"), *said(house, LATER, "2 turns")]


def session_of_any_language(house: House) -> list[str]:
    """The same by a header, for any language: the second call sends one turn, and the whole conversation is counted."""
    tokens = []
    for text in ("My name is Li Lei.", "What is my name?"):
        body = {"model": "claude-haiku-4-5", "max_tokens": 50, "messages": [{"role": "user", "content": text}]}
        status, answer = house.post(f"{house.gateway.url}/v1/messages", body, house.key, {"x-yumen-session": "customer-43"})
        assert status == 200, answer
        tokens.append(sum(answer["usage"][kind] for kind in ("input_tokens", "cache_creation_input_tokens", "cache_read_input_tokens")))
    assert tokens[1] > tokens[0]
    return ["the second call sent one turn; Claude read both"]


def temperature(house: House) -> list[str]:
    """The sandbox's temperature is real."""
    house.yumen(
        *("lab", "temperature", "Tell me about a gate", "--temperatures", "0,1", "--samples", "3"),
        *("--model", "claude-haiku-4-5", "--out", "lab", "--yes"),
    )
    made = sorted(path.name for path in (house.folder / "lab").rglob("*") if path.is_file())
    assert any(name.endswith(".html") for name in made), made
    return made


def response_format(house: House) -> list[str]:
    """A test of the response's form, by the pytest plugin."""
    (house.folder / "test_format.py").write_text(f"from yumen.testing import assert_message\n\n\n{FORMAT}")
    out = house.run(str(ROOT / ".venv" / "bin" / "python"), "-m", "pytest", "-q", "-p", "no:cacheprovider", "test_format.py")
    assert "1 passed" in out
    return ["1 passed"]


def conformance(house: House) -> list[str]:
    """Our own gateway is judged by the suite that judges anything."""
    report = house.yumen("check", house.gateway.url, "--key", "env:ANTHROPIC_API_KEY", "--format", "json")
    assert json.loads(report)
    return ["no check that must hold failed"]


def environments(house: House) -> list[str]:
    """Production is Claude, or the gateway that the settings name; the sandbox is on this machine."""
    return said(house, ENVIRONMENTS, "production api.anthropic.com", "sandbox 127.0.0.1")


def stream(house: House) -> list[str]:
    """Server-sent events, as they come."""
    return said(house, STREAM, "True end_turn")


SPEED = Chapter(
    Both("Speed", "性能优化"),
    [
        Step(
            Both("Several questions in one prompt", "请求批处理：多个问题合并为一个提示词"),
            Both("The answers are split and checked; what is missing is asked again.", "回答会拆开并核对，缺了的会再问。"),
            MERGED,
            merged,
            "python",
        ),
        Step(
            Both("A pool of connections", "连接池"),
            Both(
                "Sized and kept alive; threads, tasks and forked processes share a client.",
                "大小合适、保持长连接；线程、任务、fork 之后的进程都能共用一个客户端。",
            ),
            POOL,
            pool,
            "python",
        ),
    ],
)
FURTHER = Chapter(
    Both("Further", "延伸实践"),
    [
        Step(
            Both("Conversations that keep their state", "对话状态保持（session 跟踪）"),
            Both("Stored after every turn, resumed by name in another process.", "每轮都落盘，换个进程按名字接着聊。"),
            f"{FIRST}\n\n# in another process\n{LATER}",
            session,
            "python",
        ),
        Step(
            Both("The same for any language, by a header", "任何语言都行：一个请求头"),
            Both("The caller sends the new turn alone.", "调用方只发新的一轮。"),
            'curl "$ANTHROPIC_BASE_URL/v1/messages" -H "x-yumen-session: customer-43" …',
            session_of_any_language,
        ),
        Step(
            Both("What temperature does", "测试不同 temperature 的影响"),
            Both("Samples at each temperature, measured, with confidence intervals.", "每个温度取若干样本，测量并给出置信区间。"),
            'yumen lab temperature "Tell me about a gate" --temperatures 0,1 --samples 3 --model claude-haiku-4-5 --out lab',
            temperature,
        ),
        Step(
            Both("Tests of the response's form", "自动化测试：验证响应格式"),
            Both("A pytest plugin with an offline Claude.", "pytest 插件，自带离线的 Claude。"),
            FORMAT.rstrip(),
            response_format,
            "python",
        ),
        Step(
            Both("Anything that claims to speak Claude's protocol, judged", "检验任何自称兼容 Claude 协议的服务"),
            Both("Our own gateway first.", "先检验我们自己的网关。"),
            'yumen check "$ANTHROPIC_BASE_URL" --key env:ANTHROPIC_API_KEY',
            conformance,
        ),
        Step(
            Both("Production and sandbox by name", "区分正式与沙箱环境"),
            Both(
                "`[environments.production]` of the settings may name a gateway; left out, production is Claude itself.",
                "设置里的 `[environments.production]` 可以指向网关；不写就是 Claude 官方地址。",
            ),
            ENVIRONMENTS,
            environments,
            "python",
        ),
        Step(
            Both("Streams", "流式响应（SSE）"),
            Both("`stream=True`, or `messages.stream`: each event as it comes.", "`stream=True` 或 `messages.stream`：事件到一条给一条。"),
            STREAM,
            stream,
            "python",
        ),
    ],
)
