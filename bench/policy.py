"""`python -m bench.policy`: what looking at text costs, by kind of rule, number of rules and kind of text."""

from __future__ import annotations

import gc
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
from rich.console import Console
from rich.table import Table

from tests.gateway import ROOT
from yumen.policy.matcher import Matcher
from yumen.policy.matching import matcher_of
from yumen.policy.recognisers import GROUPS
from yumen.policy.values import Action, Rule

BYTES = 100_000
ROUNDS = 7
LETTERS = "etaoinshrdlucmfwypvbgkjqxz"
PLANTED = "\nsecretword0 and PLAN-123456, call alice@example.com\n"
EVERY = 2000
"""Characters between two planted hits."""
DELTA = 20
"""Characters of a stream's piece."""


def main() -> int:
    """Measure and print."""
    console = Console(width=None if sys.stdout.isatty() else 150)
    # First, while nothing is there that memory could be taken from.
    console.print(building())
    console.print(costs())
    return 0


def costs() -> Table:
    """Measure how long a look at 100 KB takes; CPU of the fastest of several rounds."""
    table = Table(title="CPU µs a KB of UTF-8 (× decoding the same text from JSON with msgspec)", title_justify="left")
    for column in ("text", "JSON", *(name for name, _ in matchers())):
        table.add_column(column, justify="left" if column == "text" else "right")
    compiled = list(matchers())
    for name, text in texts():
        encoded = msgspec.json.encode(text)
        size = len(text.encode()) / 1024
        base = fastest(lambda encoded=encoded: msgspec.json.decode(encoded)) / size  # type: ignore[misc]
        looks = [fastest(lambda matcher=matcher, text=text: matcher.hits(text)) / size for _, matcher in compiled]  # type: ignore[misc]
        table.add_row(name, f"{base:.1f}", *(f"{each:.1f} ({each / base:.0f} ×)" for each in looks))
    pieces = [piece(matcher) for _, matcher in compiled]
    table.add_row(f"one piece of {DELTA} characters, µs", "", *(f"{each:.0f}" for each in pieces))
    table.add_row("held back at most, characters", "", *(f"{matcher.reach:,}" for _, matcher in compiled))
    return table


def piece(matcher: Matcher) -> float:
    """Return the CPU µs of a stream's piece of English: a look at it with what goes before, and how much of it is settled."""
    text = next(texts())[1]
    look = [text[max(0, at - matcher.context) : at + DELTA] for at in range(20_000, 22_000, DELTA)]

    def every_piece() -> None:
        for each in look:
            matcher.hits(each)
            matcher.settled(each)

    return fastest(every_piece) / len(look)


def matchers() -> Iterator[tuple[str, Matcher]]:
    """Yield what is measured: words, patterns and recognisers alone, and all together."""
    recognisers = Rule("recognisers", Action.REDACT, "why", recognisers=tuple(GROUPS))
    for count in (1000, 10_000):
        yield f"{count:,} rules of words", made([one_word(at, word) for at, word in enumerate(words(count))])
    for count in (100, 1000):
        yield f"{count:,} of patterns", made(list(pattern_rules(count)))
    yield "recognisers", made([recognisers])
    mixed = [one_word(at, word) for at, word in enumerate(words(9_000))]
    yield "10,000 of all", made([*mixed, *pattern_rules(1000), recognisers])


def made(rules: list[Rule]) -> Matcher:
    """Compile rules."""
    matcher = matcher_of(list(enumerate(rules)))
    assert matcher is not None  # noqa: S101  (they have text to look for)
    return matcher


def one_word(number: int, word: str) -> Rule:
    """Return a rule with one word."""
    return Rule(f"r{number}", Action.BLOCK, "why", words=(word,))


def pattern_rules(count: int) -> Iterator[Rule]:
    """Yield rules of one pattern each."""
    yield Rule("p", Action.BLOCK, "why", patterns=(r"\bPLAN-\d{6}\b",))
    for at, word in enumerate(words(2 * (count - 1))[::2]):
        yield Rule(f"p{at}", Action.BLOCK, "why", patterns=(rf"(?i)\b{word}-\d{{4,8}}\b",))


def words(count: int) -> list[str]:
    """Return made-up words, English and Chinese by turns; the first is planted in the texts."""
    chance = random.Random(6)  # noqa: S311  (the same words in each run)
    english = ("".join(chance.choices(LETTERS, weights=range(26, 0, -1), k=chance.randint(6, 12))) for _ in range(count))
    chinese = ("".join(chr(chance.randint(0x4E00, 0x9000)) for _ in range(chance.randint(3, 5))) for _ in range(count))
    return ["secretword0", *(word for pair in zip(english, chinese, strict=True) for word in pair)][:count]


def texts() -> Iterator[tuple[str, str]]:
    """Yield 100 KB of each kind, clean and with a hit of each kind in every two thousand characters."""
    docs = sorted((ROOT / "docs").glob("*.md"))
    chinese = [path for path in docs if "zh-CN" in path.name]
    for name, paths in (
        ("English", [path for path in docs if path not in chinese]),
        ("Chinese", chinese),
        ("source code", sorted((ROOT / "src").rglob("*.py"))),
    ):
        text = read(paths)
        yield name, text
        yield f"{name}, with hits", PLANTED.join(text[at : at + EVERY] for at in range(0, len(text), EVERY))


def read(paths: list[Path]) -> str:
    """Return the beginning of some files."""
    return b"".join(path.read_bytes() for path in paths)[:BYTES].decode(errors="ignore")


def fastest(run: Callable[[], object]) -> float:
    """Return the CPU µs of the fastest of several rounds; the first one fills what is remembered."""
    run()
    taken = []
    for _ in range(ROUNDS):
        start = time.process_time_ns()
        run()
        taken.append(time.process_time_ns() - start)
    return min(taken) / 1000


def building() -> Table:
    """Measure how long words take to compile, and how much memory they keep."""
    table = Table(title="Compiling words", title_justify="left")
    for column in ("words", "CPU ms", "memory, MB"):
        table.add_column(column, justify="right")
    kept = []
    for count in (10_000, 50_000):
        rule = Rule("r", Action.BLOCK, "why", words=tuple(words(count)))
        gc.collect()
        before, start = resident(), time.process_time()
        kept.append(made([rule]))
        taken = time.process_time() - start
        gc.collect()
        table.add_row(f"{count:,}", f"{taken * 1000:.0f}", f"{(resident() - before) / 1e6:.0f}")
    return table


def resident() -> int:
    """Return the process's memory in bytes."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


if __name__ == "__main__":
    sys.exit(main())
