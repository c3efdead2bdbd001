"""A policy as it is written: read from TOML, or from plain values, every mistake told in one sentence that names the rule."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from yumen.errors import OperatorError
from yumen.policy.compiled import compile_policies
from yumen.policy.rules import check_policy
from yumen.policy.values import Applied, Blind, Policy, Rule

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_FILE_BYTES = 16 * 1024 * 1024
"""Of a policy's file, and of each file of words."""
FIELDS: dict[type[msgspec.Struct], frozenset[str]] = {kind: frozenset(kind.__struct_fields__) for kind in (Policy, Blind, Rule)}


def read_policy(path: Path) -> Policy:
    """Read a policy's file, and the files of words that it names, which are beside it. Raises OperatorError."""
    return parse_policy(read_text(path), folder=path.parent, place=str(path))


def policy_file(path: str | None) -> Policy | None:
    """Return the policy of the setting of that name; None where none is set. Raises OperatorError, before anything is served."""
    return None if path is None else read_policy(Path(path).expanduser())


def parse_policy(text: str, *, folder: Path | None = None, place: str = "the policy") -> Policy:
    """Read a policy in TOML. Without a folder it may name no files. Raises OperatorError; `place` is what its sentences call it."""
    try:
        tables = tomllib.loads(text)
    except RecursionError as error:
        raise OperatorError("{path} is not valid TOML: {reason}", path=place, reason="it nests too deeply") from error
    except ValueError as error:  # of which a TOMLDecodeError is one, and a number of thousands of digits another
        raise OperatorError("{path} is not valid TOML: {reason}", path=place, reason=error) from error
    return finished(converted(tables, place), folder)


def policy_of(values: Mapping[str, Any], *, place: str = "the policy") -> Policy:
    """Return the policy that plain values describe, as a JSON body has it; it names no files. Raises OperatorError."""
    return finished(converted(values, place), None)


def finished(policy: Policy, folder: Path | None) -> Policy:
    """Return a policy with the words of its files in it, checked and compiled once: that takes long where there are many words."""
    policy = msgspec.structs.replace(policy, rules=tuple(with_words(rule, folder) for rule in policy.rules))
    check_policy(policy)
    compile_policies((Applied(policy, 0, shadow=False),))
    return policy


# ── plain values ────────────────────────────────────────────────────────────


def converted(values: Mapping[str, Any], place: str) -> Policy:
    """Return plain values as a policy. Raises OperatorError for what no policy has, and for what is of another kind."""
    only_known(values, Policy, place)
    unseen = values.get("unseen", {})
    if isinstance(unseen, dict):
        only_known(unseen, Blind, f"{place}: unseen")
    rules = values.get("rules", [])
    for number, rule in enumerate(rules if isinstance(rules, list) else []):
        if isinstance(rule, dict):
            named = f"{place}: rule {rule.get('name') or number + 1}"
            only_known(rule, Rule, named)
            shaped(rule, Rule, named)
    policy: Policy = shaped(values, Policy, place)
    return policy


def only_known(values: Iterable[str], kind: type[msgspec.Struct], place: str) -> None:
    """Raise OperatorError for the first name that the kind does not have."""
    for name in values:
        if name not in FIELDS[kind]:
            known = ", ".join(sorted(FIELDS[kind]))
            raise OperatorError("{place}: there is no {name}; known are {known}", place=place, name=repr(name), known=known)


def shaped(values: Any, kind: type[Any], place: str) -> Any:  # noqa: ANN401  (of the kind)
    """Return plain values as a struct. Raises OperatorError where one is missing, or of another kind."""
    try:
        return msgspec.convert(values, kind)
    except msgspec.ValidationError as error:
        raise OperatorError("{place}: {reason}", place=place, reason=error) from None


# ── files of words ──────────────────────────────────────────────────────────


def with_words(rule: Rule, folder: Path | None) -> Rule:
    """Return a rule with the words of its file in it."""
    if rule.words_file is None:
        return rule
    if folder is None:
        raise OperatorError("rule {rule}: a policy that is no file cannot name a file of words: list them in words", rule=rule.name)
    try:
        text = read_text(folder / rule.words_file)
    except OperatorError as error:
        raise OperatorError("rule {rule}: {reason}", rule=rule.name, reason=error) from error
    lines = (line.strip() for line in text.splitlines())
    words = tuple(dict.fromkeys((*rule.words, *(line for line in lines if line))))
    return msgspec.structs.replace(rule, words=words, words_file=None)


def read_text(path: Path) -> str:
    """Return a file's text. Raises OperatorError where it cannot be read."""
    try:
        with path.open("rb") as file:
            held = file.read(MAX_FILE_BYTES + 1)
    except OSError as error:
        raise OperatorError("{path} cannot be read: {reason}", path=path, reason=error.strerror) from error
    except ValueError as error:  # no file has a name with a zero in it
        raise OperatorError("{path} cannot be read: {reason}", path=repr(str(path)), reason=error) from error
    if len(held) > MAX_FILE_BYTES:
        raise OperatorError("{path} is larger than {limit} MB", path=path, limit=MAX_FILE_BYTES // 1024 // 1024)
    try:
        return held.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise OperatorError("{path} is not UTF-8: {reason}", path=path, reason=error.reason) from error
