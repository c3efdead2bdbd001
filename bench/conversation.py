"""A Chinese conversation of 100,000 tokens: held, resumed in another process, searched and fitted; with time and memory.

    python -m bench.conversation [TOKENS]

The sandbox answers, in this process; its share of time and memory is in the figures, so they are upper bounds.
"""

from __future__ import annotations

import logging
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from yumen import Claude

TURN = "商队带着丝绸、茶叶和瓷器，在黎明时分穿过戈壁，来到玉门关前；守关的人查验文书，收取关税，一笔一笔记在账上。" * 9
"""Some 500 tokens."""
KIB = 1024


def main() -> None:
    """Run both processes and print what was measured."""
    tokens = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as folder:
        environment = os.environ | {"YUMEN_SESSIONS": f"sqlite:///{folder}/sessions.db"}
        for part in ("hold", "resume"):
            subprocess.run([sys.executable, "-m", "bench.conversation", part, str(tokens)], env=environment, check=True)
        print(f"the store: {(Path(folder) / 'sessions.db').stat().st_size / KIB:,.0f} KiB")


def hold(tokens: int) -> None:
    """Say so much that the conversation has that many tokens."""
    with Claude(environment="sandbox") as claude:
        conversation = claude.conversation("长谈", max_tokens=16)
        conversation.say("你好")
        before_mib, began = memory_mib(), time.perf_counter()
        times, said, used = [], 0, 0
        while used < tokens:
            started = time.perf_counter()
            said += 1
            used = conversation.say(f"第{said}段：{TURN}").usage.prompt_tokens
            times.append(time.perf_counter() - started)
        shown("held", f"{used:,} tokens in {said} turns, {time.perf_counter() - began:.1f} s, {memory_mib() - before_mib:.0f} MiB more")
        shown("first and last turn", f"{times[0] * 1000:.0f} ms, {times[-1] * 1000:.0f} ms")
        saved = conversation.saved
        shown("saved by the cache", f"{saved.tokens:,} tokens, ${saved.usd:.2f}")


def resume(tokens: int) -> None:
    """Go on in this process, search, and let the oldest turns be dropped."""
    with Claude(environment="sandbox") as claude:
        claude.conversation("短谈", max_tokens=16).say("你好")
        before_mib = memory_mib()
        steps: list[tuple[str, Callable[[], int]]] = [
            ("resumed, one turn", lambda: claude.conversation("长谈", max_tokens=16).say("我们说到哪里了？").usage.prompt_tokens),
            ("searched", lambda: len(claude.conversations.search("第100段"))),
            ("fitted to half", lambda: fitted(claude, tokens // 2)),
            ("exported", lambda: len(claude.conversations.export("长谈"))),
        ]
        for what, work in steps:
            started = time.perf_counter()
            outcome = work()
            shown(what, f"{(time.perf_counter() - started) * 1000:.0f} ms ({outcome:,})")
        shown("memory", f"{memory_mib() - before_mib:.0f} MiB more")


def fitted(claude: Claude, window: int) -> int:
    """Say one more thing in a window that is too small for all of it; return the tokens of the prompt."""
    return claude.conversation("长谈", max_tokens=16, window=window, when_full="drop").say("继续。").usage.prompt_tokens


def memory_mib() -> float:
    """Return the most memory that this process has had, in MiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / KIB


def shown(what: str, figures: str) -> None:
    """Print a line."""
    print(f"{what}: {figures}", flush=True)


if __name__ == "__main__":
    logging.getLogger("yumen.client").setLevel(logging.ERROR)  # the answers are cut off, as they are meant to be
    if len(sys.argv) > 2:
        {"hold": hold, "resume": resume}[sys.argv[1]](int(sys.argv[2]))
    else:
        main()
