"""Policies as they are written: what is right comes through whole, what is wrong is told in one sentence that names the rule."""

from __future__ import annotations

from pathlib import Path

import pytest

from yumen.errors import OperatorError
from yumen.policy.document import parse_policy, policy_of, read_policy
from yumen.policy.rules import MAX_RULES
from yumen.policy.stored import from_store, stored_form
from yumen.policy.values import Action, Mode, On, Unseen

WHOLE = """
name = "all-of-it"
description = "x"
mode = "shadow"

[unseen]
images = "refuse"

[[rules]]
name = "words"
action = "redact"
on = "answer"
why = "Not that."
why_zh = "不可以。"
words = ["cat"]
words_file = "more.txt"
parts_of_words = true
patterns = ['dog[0-9]{2}']
pattern_reach = 20
recognisers = ["email"]

[[rules]]
name = "asks"
action = "block"
why = "Too much."
models = ["claude-opus-*"]
tools = ["mcp:*"]
betas = ["x-*"]
max_output_tokens = 5
"""
HEAD = 'name = "p"\n[[rules]]\nname = "r"\n'
WHY = 'why = "x"\n'
BLOCK = HEAD + 'action = "block"\n' + WHY


def test_a_policy_comes_through_whole(tmp_path: Path) -> None:
    """With the words of the file beside it, each once; and what is stored is the same policy again."""
    (tmp_path / "p.toml").write_text(WHOLE, encoding="utf-8")
    (tmp_path / "more.txt").write_bytes("\ufeffbird\n\n 猫 \ncat\n".encode())
    policy = read_policy(tmp_path / "p.toml")
    words, asks = policy.rules
    assert (words.words, words.words_file) == (("cat", "bird", "猫"), None)
    assert (words.action, words.on, policy.mode, policy.unseen.images) == (Action.REDACT, On.ANSWER, Mode.SHADOW, Unseen.REFUSE)
    assert (asks.models, asks.max_output_tokens) == (("claude-opus-*",), 5)
    assert from_store(stored_form(policy)) == policy


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("name = ", "not valid TOML"),
        ("x = " + "[" * 5000, "not valid TOML: it nests too deeply"),
        ("x = " + "9" * 5000, "not valid TOML: Exceeds the limit"),
        ('name = "P"', "a policy's name"),
        ('description = "x"', "missing required field `name`"),
        ('name = "p"\nrule = 1', "there is no 'rule'"),
        ('name = "p"\nmode = "off"', "Invalid enum value 'off'"),
        ('name = "p"\n[unseen]\nimage = "refuse"', "unseen: there is no 'image'"),
        (BLOCK, "rule r: it looks for nothing"),
        (BLOCK + 'word = ["x"]', "rule r: there is no 'word'"),
        (HEAD + 'action = "stop"\n' + WHY, "rule r: Invalid enum value 'stop'"),
        (HEAD + 'action = "block"\nwhy = " "\nwords = ["x"]', "rule r: say in why"),
        (BLOCK + 'words = ["x"]\nwhy_zh = "' + "y" * 1001 + '"', "rule r: why has more than 1000"),
        (BLOCK + 'words = [" "]', "rule r: an entry of a list is empty"),
        (BLOCK + 'words = ["' + "x" * 201 + '"]', "rule r: a word has more than 200"),
        (BLOCK + 'patterns = ["(("]', "rule r: the pattern is not right"),
        (BLOCK + 'patterns = ["a"]\npattern_reach = 100000', "rule r: pattern_reach"),
        (BLOCK + 'recognisers = ["mail"]', "rule r: there is no recogniser 'mail'"),
        (BLOCK + 'words_file = "x.txt"', "rule r: a policy that is no file"),
        (BLOCK + "max_body_bytes = -1", "rule r: a size is a number"),
        (BLOCK + 'models = ["x"]\non = "answer"', "rule r: models, tools, betas and sizes are of the request"),
        (BLOCK + 'tools = [""]', "rule r: an entry of a list is empty"),
        (HEAD + 'action = "redact"\n' + WHY + 'models = ["x"]', "rule r: models, tools, betas and sizes cannot be redacted"),
        (HEAD + 'action = "allow"\n' + WHY + "max_body_bytes = 1", "rule r: a size cannot be exempt"),
        (BLOCK + 'words = ["x"]\n[[rules]]\nname = "r"\naction = "flag"\nwhy = "x"\nwords = ["y"]', "rule r: there are two"),
        (BLOCK.replace('"r"', '"R 1"') + 'words = ["x"]', "rule 'R 1': a rule's name"),
    ],
)
def test_what_is_wrong_is_told_in_one_sentence(text: str, sentence: str) -> None:
    """Nothing unknown, empty, or without a meaning is taken."""
    with pytest.raises(OperatorError, match=r"^[^\n]*$") as caught:
        parse_policy(text)
    assert sentence in str(caught.value)


def test_plain_values_are_held_to_the_same() -> None:
    """A JSON body is a policy as a file is one."""
    assert policy_of({"name": "p", "rules": [{"name": "r", "action": "flag", "why": "x", "words": ["cat"]}]}).rules[0].words == ("cat",)
    with pytest.raises(OperatorError, match="there is no 'x'"):
        policy_of({"name": "p", "x": 1})
    with pytest.raises(OperatorError, match="Expected `array`"):
        policy_of({"name": "p", "rules": 1})


def test_files_that_cannot_be_read_are_told_of(tmp_path: Path) -> None:
    """A file that is missing, or not UTF-8, is named; and so is a file of words."""
    with pytest.raises(OperatorError, match=r"absent\.toml cannot be read"):
        read_policy(tmp_path / "absent.toml")
    (tmp_path / "p.toml").write_bytes(b"\xff")
    with pytest.raises(OperatorError, match=r"p\.toml is not UTF-8"):
        read_policy(tmp_path / "p.toml")
    (tmp_path / "p.toml").write_text(BLOCK + 'words_file = "absent.txt"', encoding="utf-8")
    with pytest.raises(OperatorError, match=r"^rule r: .*absent\.txt cannot be read"):
        read_policy(tmp_path / "p.toml")
    (tmp_path / "p.toml").write_text(BLOCK + 'words_file = "\\u0000"', encoding="utf-8")
    with pytest.raises(OperatorError, match=r"^rule r: .* cannot be read: embedded null byte"):
        read_policy(tmp_path / "p.toml")


def test_there_are_not_too_many_rules() -> None:
    """A policy is something that a person can have written."""
    rule = {"name": "r", "action": "flag", "why": "x", "models": ["m"]}
    with pytest.raises(OperatorError, match=f"more than {MAX_RULES} rules"):
        policy_of({"name": "p", "rules": [rule] * (MAX_RULES + 1)})


def test_what_the_store_cannot_mean_is_told() -> None:
    """A document that another program wrote, or that was damaged, is no policy."""
    for document in (
        b"",
        b"{",
        b'{"name":"p","rules":[{"name":"r","action":"stop","why":"x"}]}',
        b'{"name":"p","new":1}',
        b'{"name":' + b"[" * 100_000,
    ):
        with pytest.raises(OperatorError, match="a stored policy cannot be read"):
            from_store(document)
