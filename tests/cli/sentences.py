"""Every sentence that the command line can say, gathered from the sources and from the commands' help."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from yumen.assistants.analysis import chart
from yumen.assistants.chat.commands import COMMANDS as CHAT_COMMANDS
from yumen.checks.secrets import LONG, SHORT, kind_of
from yumen.cli import (
    audit,
    check,
    content_keys,
    isolation,
    members,
    model_aliases,
    model_lines,
    organizations,
    plans,
    policy,
    policy_found,
    policy_test,
    requests,
    secrets,
    sessions,
    signups,
    upstreams,
    workspaces,
)
from yumen.cli.limits import COLUMNS as LIMIT_COLUMNS
from yumen.cli.printed import SEEN
from yumen.cli.program import COMMANDS, HELP, load, program
from yumen.lab.check import CHECKS
from yumen.ledger.timeline import COLUMNS as TIMELINE_COLUMNS
from yumen.ledger.timeline import ENDINGS, OWN_COLUMNS, SCOPES, STEP, WHY
from yumen.meter.bill import CLASSES
from yumen.meter.bill import COLUMNS as MONEY_COLUMNS
from yumen.secrets import aws
from yumen.secrets.rules import CLAUDES_KEY, OWN_KEY, Flaw, Remark
from yumen.secrets.vault import line, source
from yumen.sessions import TurnState
from yumen.settings import OPTIONS
from yumen.words import Words

SPEAKING = ("cli", "checks", "settings", "chat")
"""The folders in which names that others use too say something to people."""
TELLING = ("timeline.py", "bill.py")
"""Files elsewhere that tell a request's life and its money."""
SOURCES = Path(__file__).parents[2] / "src" / "yumen"
SAYING = {"say": 0, "_say": 0, "line": 0, "note": 0, "warn": 0, "Notice": 0, "Finding": 2, "Moment": 2, "Share": 1, "Said": 0}
"""Calls that take a sentence, and its place among their arguments."""
EVERYWHERE = {
    "OperatorError": 0,
    "SomeUnanswered": 0,
    "LimitReached": 0,
    "NoCredential": 0,
    "KekUnavailable": 0,
    "SecretMissing": 0,
    "SecretForbidden": 0,
    "StoreUnavailable": 0,
}
"""The same of errors, which are raised in every folder."""


def spoken() -> set[str]:
    """Return all sentences, in English."""
    return {HELP, *(listed.help for listed in COMMANDS.values()), *helps(), *literals(), *expected(), *constants()}


def literals() -> Iterator[str]:
    """Yield the sentences that stand in calls in the sources."""
    for path in SOURCES.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call):
                yield from from_call(node, path)


def from_call(node: ast.Call, path: Path) -> Iterator[str]:
    """Yield the sentence of a call that says one."""
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    place = EVERYWHERE.get(name, SAYING.get(name))
    if (
        place is None
        or len(node.args) <= place
        or (name not in EVERYWHERE and path.parent.name not in SPEAKING and path.name not in TELLING)
    ):
        return
    said = node.args[place]
    for part in (said.body, said.orelse) if isinstance(said, ast.IfExp) else (said,):
        if isinstance(part, ast.Constant) and isinstance(part.value, str) and part.value != "{said}":
            yield part.value


def assigned(path: str, *names: str) -> Iterator[str]:
    """Yield the sentences that a file gives a name before it says them."""
    for node in ast.walk(ast.parse((SOURCES / path).read_text(encoding="utf-8"))):
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") in names and isinstance(node.value, ast.Constant):
            yield str(node.value.value)


def called(path: Path, *names: str) -> Iterator[str]:
    """Yield the sentences that a file gives to those functions."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in names and isinstance(node.args[0], ast.Constant):
            yield str(node.args[0].value)


def returned(path: Path, name: str) -> Iterator[str]:
    """Yield the sentences that a function of a file returns."""
    for function in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(function, ast.FunctionDef) and function.name == name:
            yield from (
                str(node.value.value)
                for node in ast.walk(function)
                if isinstance(node, ast.Return) and isinstance(node.value, ast.Constant)
            )


def constants() -> Iterator[str]:
    """Yield the sentences that stand in tables: endings, columns, places."""
    yield from (*ENDINGS.values(), *WHY.values(), *STEP.values(), *CLASSES.values(), *SCOPES.values())
    yield from (*TIMELINE_COLUMNS, *OWN_COLUMNS, *MONEY_COLUMNS)
    yield from assigned("client/too_long.py", "TOO_LONG")
    yield from assigned("client/session_fit.py", "FULL")
    yield from (*sessions.COLUMNS, *TurnState)
    yield from assigned("meter/bill.py", "sentence", "said")
    yield from (*SEEN, *LIMIT_COLUMNS, "field")
    yield from (command.help for command in CHAT_COMMANDS)
    yield from ("label", "restrictions", "workspace", "organization", "member")
    yield from ("requests", "cache read", "cache written", "environment", "status", "created_at", "expires_at", "name", "id", "day")
    yield from ("topic", "alert", "parts", "sections")
    yield from (*check.OUTCOMES, *check.SEVERITIES, "outcome", "severity", "check", "what is promised")
    yield from (each.title for each in CHECKS)
    for path in (SOURCES / "lab" / "check").glob("*.py"):
        yield from called(path, "flaw", "absent", "skipped")
    yield from returned(SOURCES / "cli" / "check.py", "verdict")
    yield from (chart.NO_FONT, chart.NOTHING)
    yield from (*Flaw, *Remark)
    yield from (*aws.WORDS.values(), *aws.FORBIDDEN.values(), *aws.PASSING.values(), aws.UNANSWERED)
    yield from (*line.WHY.values(), line.IN_TROUBLE, source.DELETED, source.DESTROYED)
    yield from (*secrets.COLUMNS, "secrets", "ok", "missing", "forbidden", "unreachable", "unfit", "invalid")
    yield from map(kind_of, (CLAUDES_KEY, OWN_KEY, "", "a" * SHORT, "a" * (LONG + 1)))
    for module in (
        audit,
        content_keys,
        isolation,
        members,
        model_aliases,
        model_lines,
        organizations,
        plans,
        requests,
        signups,
        upstreams,
        workspaces,
    ):
        yield from module.COLUMNS
    yield from (*policy.COLUMNS, *policy_found.COLUMNS, *policy_test.COLUMNS, *policy_found.ChangeLine.__struct_fields__)
    yield from ("members", "workspaces")
    for name in ("upstreams.py", "clouds.py"):
        for node in ast.walk(ast.parse((SOURCES / "settings" / name).read_text(encoding="utf-8"))):
            if isinstance(node, ast.Yield) and isinstance(node.value, ast.Tuple) and isinstance(node.value.elts[0], ast.Constant):
                yield str(node.value.elts[0].value)
    yield from ("encryption", "data folder", "database", "ledger", "journal", "keys", "clock", "credential", "upstream")
    for path in ("checks/database.py", "checks/folder.py", "checks/ledger.py", "cli/check_upstream.py"):
        tree = ast.parse((SOURCES / path).read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", "") == "sentence" and isinstance(node.value, ast.IfExp):
                yield from (part.value for part in (node.value.body, node.value.orelse) if isinstance(part, ast.Constant))


def expected() -> Iterator[str]:
    """Yield what is said of a value that will not do, for every kind of option."""
    for option in OPTIONS.values():
        part, _ = option.expects()
        if not option.is_table:
            yield "{where}: {name} takes " + part + ("" if option.name == "credential" else ", not {value}")
    yield "{where}: {name} will not do: {reason}"


def helps() -> Iterator[str]:
    """Yield the help of every command, sub-command, argument and option."""
    yield from of_command(program(Words({})))
    for name in COMMANDS:
        yield from of_command(load(name, Words({})))


def of_command(command: Any) -> Iterator[str]:  # noqa: ANN401  (Typer keeps its types to itself)
    """Yield a command's help, its parameters' and its sub-commands'."""
    yield command.help
    for parameter in command.params:
        if getattr(parameter, "help", None):
            yield parameter.help
    for inner in getattr(command, "commands", {}).values():
        yield from of_command(inner)
