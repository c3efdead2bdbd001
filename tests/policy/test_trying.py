"""Trying a policy out: where each hit is, and what would be sent."""

from __future__ import annotations

import json

import pytest

from tests.policy.documents import rule
from yumen.policy import trying
from yumen.policy.lines import Lines
from yumen.policy.trying import try_body, try_text
from yumen.policy.values import Action, On, Policy

ANIMALS = Policy("animals", rules=(rule("cats", Action.REDACT), rule("dogs", words=("dog",)), rule("seen", Action.FLAG, words=("bird",))))
BODY = b"""{
  "model": "m",
  "system": "a cat",
  "messages": [
    {"role": "user", "content": [{"type": "text", "text": "a cat"}, {"type": "text", "text": "c\\u0061t and bird"}]}
  ]
}"""


def test_hits_in_a_text_have_their_line_and_column() -> None:
    """From 1, as editors count."""
    tried = try_text(ANIMALS, "one cat\nand a cat", On.REQUEST)
    assert [(hit.line, hit.column, hit.found) for hit in tried.hits] == [(1, 5, "cat"), (2, 7, "cat")]
    assert "cat" not in tried.sent
    assert tried.sent.count("[WORD_") == 2


def test_hits_in_a_body_have_their_path() -> None:
    """In any escape form, each where it stands, though two strings are the same; the rest of the body is as it was."""
    tried = try_body(ANIMALS, BODY, On.REQUEST)
    text = "messages[0].content[1].text"
    assert [(hit.line, hit.path, hit.rule) for hit in tried.hits] == [
        (3, "system", "cats"),
        (5, "messages[0].content[0].text", "cats"),
        (5, text, "cats"),
        (5, text, "seen"),
    ]
    sent = json.loads(tried.sent)
    assert sent["messages"][0]["content"][1]["text"].endswith("] and bird")
    assert sent["system"] == sent["messages"][0]["content"][0]["text"]


def test_every_hit_is_shown_though_the_first_would_block() -> None:
    """Whoever writes a policy wants to see all of them; nothing would be sent."""
    tried = try_text(ANIMALS, "dog, dog and cat", On.REQUEST)
    assert ([hit.rule for hit in tried.hits], tried.blocked, tried.sent) == (["dogs", "dogs", "cats"], "Because of dogs. (rule dogs)", "")


def test_answers_are_marked_for_good() -> None:
    """Nobody gets back what a rule took out of an answer."""
    assert try_text(ANIMALS, "a cat", On.ANSWER).sent == "a [WORD]"
    answer = b'{"type":"message","role":"assistant","content":[{"type":"text","text":"a cat"}]}'
    tried = try_body(ANIMALS, answer, On.ANSWER)
    assert tried.sent == '{"type":"message","role":"assistant","content":[{"type":"text","text":"a [WORD]"}]}'
    assert [(hit.path, hit.rule) for hit in tried.hits] == [("content[0].text", "cats")]
    assert try_body(ANIMALS, b'{"content":[{"type":"text","text":"a dog"}]}', On.ANSWER).blocked is not None


def test_an_answer_is_screened_as_the_gateway_does_it() -> None:
    """Thinking is dropped, not edited; a tool's input, and the JSON in a chat completion's arguments, are looked into, keys too."""
    thought = b'{"content":[{"type":"thinking","thinking":"a cat","signature":"s"},{"type":"text","text":"a"}]}'
    tried = try_body(ANIMALS, thought, On.ANSWER)
    assert (tried.sent, [hit.path for hit in tried.hits]) == ('{"content":[{"type":"text","text":"a"}]}', ["content[0].thinking"])
    keyed = b'{"content":[{"type":"tool_use","id":"t","name":"x","input":{"cat":1}}]}'
    assert '{"[WORD]":1}' in try_body(ANIMALS, keyed, On.ANSWER).sent
    called = json.dumps({"choices": [{"message": {"tool_calls": [{"function": {"arguments": '{"q":"c\\u0061t"}'}}]}}]})
    assert "[WORD]" in try_body(ANIMALS, called.encode(), On.ANSWER).sent
    blocked = try_body(ANIMALS, b'{"content":[{"type":"text","text":"dog, cat"}]}', On.ANSWER)
    assert ([hit.rule for hit in blocked.hits], blocked.blocked, blocked.sent) == (["dogs", "cats"], "Because of dogs. (rule dogs)", "")


def test_what_is_asked_for_is_tried_too() -> None:
    """Models and sizes, which stand in no string."""
    small = Policy("small", rules=(rule("models", models=("m",)), rule("long", Action.FLAG, max_output_tokens=5)))
    tried = try_body(small, b'{"model":"m","max_tokens":6,"messages":[]}', On.REQUEST)
    assert [(hit.line, hit.rule, hit.kind) for hit in tried.hits] == [(0, "models", "model"), (0, "long", "max_output_tokens")]
    assert tried.blocked is not None


def test_a_batch_is_tried_request_by_request() -> None:
    """Each by its own parameters: what it asks for, and what in it is thinking; each is sent as it would be alone."""
    thought = {"role": "assistant", "content": [{"type": "thinking", "thinking": "a cat", "signature": "s"}, {"type": "text", "text": "a"}]}
    params = [{"model": "n", "messages": [thought]}, {"model": "m", "max_tokens": 6, "messages": [{"role": "user", "content": "a cat"}]}]
    body = json.dumps({"requests": [{"custom_id": str(number), "params": each} for number, each in enumerate(params)]})
    rules = (*ANIMALS.rules, rule("long", Action.FLAG, max_output_tokens=5))
    tried = try_body(Policy("p", rules=rules), body.encode(), On.REQUEST)
    assert [(hit.path, hit.rule, hit.place) for hit in tried.hits] == [
        ("requests[0].params.messages[0].content[0].thinking", "cats", "thinking"),
        ("requests[1].params.messages[0].content", "cats", "messages"),
        ("", "long", "other"),
    ]
    alone = [json.loads(try_body(ANIMALS, json.dumps(each).encode(), On.REQUEST).sent) for each in params]
    assert [each["params"] for each in json.loads(tried.sent)["requests"]] == alone
    assert try_body(ANIMALS, body.replace(': "a cat"}', ': "a dog"}').encode(), On.REQUEST).blocked is not None
    assert try_body(ANIMALS, body.replace('"0"', '"cat"').encode(), On.REQUEST).blocked is not None


def test_a_place_is_counted_in_characters_on_its_own_line() -> None:
    """Whatever comes before it on the line, and in other lines; each string of one line has its own column."""
    body = '{"system":"玉门 🐎","messages":[\n{"role":"user","content":"é a cat"},{"role":"user","content":"ü a cat"}]}'
    hits = try_body(ANIMALS, body.encode(), On.REQUEST).hits
    lines = body.split("\n")
    assert [(hit.line, hit.column) for hit in hits] == [(2, lines[1].index('"é') + 1), (2, lines[1].index('"ü') + 1)]
    assert [hit.path for hit in hits] == ["messages[0].content", "messages[1].content"]


def test_many_hits_do_not_look_through_the_text_each(monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines of a text are found once, however many hits are placed by them."""
    made: list[str] = []

    class Counted(Lines):
        def __init__(self, text: str) -> None:
            made.append(text)
            super().__init__(text)

    monkeypatch.setattr(trying, "Lines", Counted)
    text = "a cat\n" * 300
    for tried in (
        try_text(ANIMALS, text, On.REQUEST),
        try_body(ANIMALS, json.dumps({"messages": [{"content": "a cat"}] * 300}).encode(), On.REQUEST),
    ):
        assert len(tried.hits) == 300
    assert len(made) == 2
