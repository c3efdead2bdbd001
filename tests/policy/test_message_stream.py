"""Streams of Messages are screened and restored as they flow: each kind of block and event, each kind of rule."""

from __future__ import annotations

import json
from typing import Any

import anthropic
import httpx2
import msgspec
import pytest

from tests.claude.streams import ERROR, STOP, sse, start
from tests.policy.answers import (
    BLOCK,
    MAPPING,
    RULES,
    block,
    content,
    everything,
    fed,
    policies,
    redacted,
    screens,
    stream,
)
from tests.policy.texts import deep
from yumen.errors import PolicyBlocked, PolicyUnavailable, UpstreamRubbish
from yumen.policy.answer_json import changed_answer
from yumen.policy.growing import MOST_HELD, Found, GrowingText
from yumen.policy.growing_json import GrowingJson
from yumen.policy.looks import Restores
from yumen.policy.message_stream import message_events
from yumen.policy.values import Action, Blind, Hit, Mode, Place, Rule, Unseen

RULED = policies(*RULES)
STRICT = policies(*RULES, BLOCK)
PLACES = ["I think", "Well", "you", "quoted", "paper", "found", "summed", "new words", "explained", "alpha", "gamma", "welcome"]


@pytest.mark.parametrize("kind", ["text", "thinking", "tool_use"])
def test_a_block_rule_ends_the_stream_before_anything_of_the_hit(kind: str) -> None:
    """What blocks raises with the rule's sentence, in text, thinking and tool input; no byte of it has passed, nor of what followed."""
    events = b"".join(stream(("text", ["Well, "]), (kind, ['"a ', "bo", "mb", ' b"']), ("text", ["after"])))
    edited, passed = message_events(screens(STRICT)), b""
    held = events.index(b"mb")
    for at in range(held):
        passed += edited.feed(events[at : at + 1])
    with pytest.raises(PolicyBlocked, match="No bombs here"):
        edited.feed(events[held:])
    assert content(passed)[0]["text"] == "Well, "
    assert b"bo" not in passed
    assert b"after" not in passed


def test_thinking_flows_where_no_rule_would_redact_it() -> None:
    """Only where a rule redacts is thinking held to its end: where rules block or flag alone, each event passes when it is settled."""
    edited = message_events(screens(policies(BLOCK)))
    passed = [bool(edited.feed(event)) for event in block(0, "thinking", ["I ", "think ", "so"])]
    assert passed == [True] * 6
    held = message_events(screens(RULED))
    assert [bool(held.feed(event)) for event in block(0, "thinking", ["I ", "think ", "so"])] == [False] * 5 + [True]


def test_where_rules_only_count_nothing_is_held() -> None:
    """In shadow, and for flags, every event passes in its turn as it came, and hits over several events are counted all the same."""
    shadow = policies(*RULES, BLOCK, mode=Mode.SHADOW)
    look = screens(shadow)
    edited = message_events(look)
    for event in stream(("thinking", ["a sec", "ret"]), ("text", ["a bo", "m", "b, a no", "te"]), ("tool_use", ['{"a": "sec', 'ret"}'])):
        assert edited.feed(event) == event


def test_what_was_found_is_noted_once_and_where() -> None:
    """Each hit is counted once, with its rule and place, however often its text was looked at again."""
    look = screens(RULED)
    fed(message_events(look), [b"".join(stream(("text", list("a note, a secret")), ("tool_use", list('{"secret": "note"}'))))])
    found = {(flag.rule, str(flag.place)): flag.count for flag, _ in look.findings.flags}
    assert found == {("seen", "messages"): 1, ("words", "messages"): 1, ("words", "tool_input"): 1, ("seen", "tool_input"): 1}


def test_pings_pass_while_text_is_held() -> None:
    """A ping goes on at once, ahead of text that may still become a hit, and of thinking that is held."""
    ping = sse("ping")
    edited = message_events(screens(RULED))
    for event in [start(), *block(0, "text", ["sec"])[:-1]]:
        edited.feed(event)
    assert edited.feed(ping) == ping
    assert content(edited.feed(block(0, "text", [])[-1]).join([block(0, "text", [])[0], b""]))[0]["text"] == "sec"
    for event in block(1, "thinking", ["hm"])[:-1]:
        assert edited.feed(event) == b""
    assert edited.feed(ping) == ping


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
@pytest.mark.parametrize("look", [screens(STRICT, MAPPING), Restores(MAPPING), screens(policies(BLOCK))])
def test_a_clean_stream_passes_byte_for_byte(line_end: bytes, look: Any) -> None:  # noqa: ANN401
    """Padding, comments, unknown events and every form of line end included, in one piece and byte by byte."""
    events = b"".join(everything()).replace(b"\n", line_end)
    assert fed(message_events(look), [events]) == events
    assert fed(message_events(look), [events[at : at + 1] for at in range(len(events))]) == events


@pytest.mark.parametrize("where", PLACES)
def test_no_string_of_a_stream_is_passed_over(where: str) -> None:
    """A word that a rule redacts is in no byte that passes, wherever in the stream somebody could read it, escaped or not."""
    clean = b"".join(everything())
    for word in ("secret", "\\u0073ecret") if where != "welcome" else ("secret",):
        events = clean.replace(where.encode(), f"{word} {where}".encode(), 1)
        assert events != clean
        edited = fed(message_events(screens(RULED)), [events])
        assert b"ecret" not in edited
        assert edited.count(b"event: ") >= clean.count(b"event: ") - 4


def test_a_block_that_only_claude_can_read_is_dropped_where_a_policy_refuses_it() -> None:
    """`redacted_thinking` passes where what is encrypted is allowed, and is left out, without a gap, where it is refused."""
    refusing = policies(blind=Blind(encrypted=Unseen.REFUSE))
    edited = fed(message_events(screens(refusing)), everything()[1:])
    assert [each["type"] for each in content(edited)] == ["thinking", "text", "web_search_tool_result", "compaction", "tool_use"]
    assert b"c2VjcmV0" not in edited


def test_what_is_not_final_stays_back_at_an_error() -> None:
    """When the upstream ends its stream with an error, the beginning of what may have been a hit is not let go."""
    edited = message_events(screens(RULED))
    for event in [start(), *block(0, "text", ["well, sec"])[:-1]]:
        assert b"sec" not in edited.feed(event)
    assert edited.feed(ERROR) == ERROR
    assert edited.end() == b""


def test_nothing_raises_behind_the_end() -> None:
    """After `message_stop` what may not pass is dropped in silence; the rest passes."""
    edited = message_events(screens(STRICT))
    fed(edited, stream(("text", ["ok"])))
    after = [sse("note", text="a bomb"), b"event: odd\ndata: {\n\n", sse("ping")]
    assert edited.feed(b"".join(after)) == sse("ping")
    assert edited.feed(b"junk") + edited.end() == b"junk"
    edited.feed(b"a bomb")
    assert edited.end() == b""
    again = message_events(screens(STRICT))
    fed(again, stream(("text", ["ok"])))
    assert again.feed(delta(type="text_delta", text="a bomb")) == again.end() == b""


def test_an_answer_that_cannot_be_read_or_kept_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """An event that is no JSON, or too long to be kept, ends the stream: nothing passes that was not looked at."""
    with pytest.raises(UpstreamRubbish):
        message_events(screens(RULED)).feed(b"event: content_block_delta\ndata: {\n\n")
    monkeypatch.setattr("yumen.claude.uncut.MOST_EVENT_BYTES", 1000)
    edited = message_events(screens(RULED))
    edited.feed(b"event: content_block_delta\ndata: ")
    with pytest.raises(UpstreamRubbish):
        edited.feed(b"x" * 1000)


def test_what_cannot_be_evaluated_does_not_pass(caplog: pytest.LogCaptureFixture) -> None:
    """A matcher that fails, for whatever reason, ends the stream; its reason, which may hold the text, is told nobody."""

    class Broken:
        reach = context = 10

        def hits(self, text: str) -> list[Hit]:
            raise RuntimeError(text)

        def settled(self, text: str) -> int:
            raise RuntimeError(text)

    edited = message_events(screens(msgspec.structs.replace(RULED, answer=Broken())))
    events = block(0, "text", ["private"])
    edited.feed(events[0])
    with pytest.raises(PolicyUnavailable):
        edited.feed(events[1])
    assert "private" not in caplog.text
    assert "RuntimeError" in caplog.text


def test_a_long_hold_back_is_not_looked_at_for_every_piece() -> None:
    """Text in which overlapping hits have no end is looked at ever more seldom, and refused where it grows beyond all bounds."""
    looks: list[int] = []

    class Counting:
        context, holds = 0, True

        def find(self, text: str, begin: int, *, last: bool) -> Found:
            looks.append(len(text))
            return Found((), len(text) if last else begin)

    growing = GrowingText(Counting())
    for _ in range(MOST_HELD // 10):
        growing.add("0123456789")
    assert growing.final == 0
    assert sum(looks) < 40 * MOST_HELD
    with pytest.raises(UpstreamRubbish):
        growing.add("0123456789" * MOST_HELD)


def test_the_official_sdk_takes_an_edited_stream() -> None:
    """What remains of a stream after a dropped block, redacted text and changed tool input makes a Message in Anthropic's own library."""
    events = stream(
        ("thinking", ["a sec", "ret"]),
        ("text", ["a sec", "ret, [em", "ail_0123456789]"]),
        ("tool_use", ['{"secr', 'et": "[EMAIL_', '0123456789]"}']),
    )
    edited = fed(message_events(Restores(MAPPING)), [fed(message_events(screens(RULED, MAPPING)), events)])
    message = accumulated(edited)
    assert [each.type for each in message.content] == ["text", "tool_use"]
    assert message.content[0].text == "a [WORD], ann@example.com"
    assert message.content[1].input == {"[WORD]": "ann@example.com"}
    assert message.usage.output_tokens == 15


def accumulated(data: bytes) -> Any:  # noqa: ANN401  (a Message of the SDK's)
    """The message that Anthropic's library makes of a stream."""

    def answer(_: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers={"content-type": "text/event-stream"}, content=data)

    client = anthropic.Anthropic(api_key="none", http_client=anthropic.DefaultHttpxClient(transport=httpx2.MockTransport(answer)))
    with client.messages.stream(model="claude-opus-4-6", max_tokens=9, messages=[{"role": "user", "content": "Hi"}]) as answered:
        return answered.get_final_message()


def test_tool_input_cut_at_every_place() -> None:
    """Wherever its JSON is cut in two, and character by character, in the longest of escape forms, each string is seen whole."""
    key, texts = "a 禁词 b", ["secret 😀", "x \n\\ pin1234", '[EMAIL_0123456789] "禁词"']
    value = {key: [*texts, 12345678, None]}
    strings = [f'"{escaped(each)}"' for each in (key, *texts)]
    written = f"{{{strings[0]}: [{', '.join(strings[1:])}, 12345678, null]}}"
    assert json.loads(written) == value
    new = deep(value, lambda text: redacted(text, RULED, MAPPING))
    for pieces in [[written[:at], written[at:]] for at in range(len(written))] + [list(written)]:
        edited = fed(message_events(screens(RULED, MAPPING)), block(0, "tool_use", pieces))
        assert json.loads(content(edited)[0]["input"]) == new


def escaped(text: str) -> str:
    """Every character of a text as an escape of JSON."""
    units = text.encode("utf-16-be")
    return "".join(rf"\u{units[at] << 8 | units[at + 1]:04x}" for at in range(0, len(units), 2))


def delta(**said: object) -> bytes:
    """One delta of the first block."""
    return sse("content_block_delta", index=0, delta=said)


def written(data: str) -> bytes:
    """A delta whose data are written just so."""
    return f"event: content_block_delta\ndata: {data}\n\n".encode()


@pytest.mark.parametrize("key", ["content", "words"])
def test_texts_of_deltas_that_nobody_knows_grow_too(key: str) -> None:
    """A hit over several deltas of a kind that is not known yet, or that a block begins with, is found as in those that are."""
    begun = sse("content_block_start", index=0, content_block={"type": "odd", key: "a s"})
    deltas = [delta(**{"type": "odd_delta", key: piece}) for piece in ("ec", "ret")]
    assert content(fed(message_events(screens(RULED)), [start(), begun, *deltas, STOP]))[0][key] == "a [WORD]"
    clean = [start(), begun, deltas[0], STOP]
    assert fed(message_events(screens(RULED)), clean) == b"".join(clean)


def test_a_character_in_two_halves_is_one() -> None:
    """A character whose surrogate halves come in two deltas is looked at as a client that joins them reads it; a half alone is nothing."""
    ruled = policies(Rule("word", Action.REDACT, "No.", words=("𠮷野家",)))
    one, two = '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a ', '"}}'
    halves = [written(one + "\\ud842" + two), written(one.removesuffix("a ") + "\\udfb7野家 b" + two)]
    begun, *_, stop = block(0, "text", [])
    assert content(fed(message_events(screens(ruled)), [begun, *halves, stop]))[0]["text"] == "a [WORD] b"
    assert content(fed(message_events(screens(RULED)), [begun, *halves, stop]))[0]["text"] == "a 𠮷野家 b"
    assert content(fed(message_events(screens(RULED)), [begun, halves[0], stop]))[0]["text"] == "a "


def test_half_a_character_parts_a_word_no_more_than_another_sign() -> None:
    """Between the letters of a Chinese word half a surrogate pair is passed over in text, tool input and whole answers, as in requests."""
    word, ruled = "法\\ud800轮功", policies(Rule("word", Action.REDACT, "No.", words=("法轮功",)))
    text = written(f'{{"type":"content_block_delta","index":0,"delta":{{"type":"text_delta","text":"{word}"}}}}')
    assert b"[WORD]" in fed(message_events(screens(ruled)), [text])
    assert b"[WORD]" in fed(message_events(screens(ruled)), block(0, "tool_use", [f'{{"a": "{word}"}}']))
    assert changed_answer(f'{{"text":"{word}"}}'.encode(), screens(ruled)) == b'{"text":"[WORD]"}'


@pytest.mark.parametrize(
    "data",
    [
        '{"type":"content_block_delta","index":0,"delta":{"type":"text_delta","text":"a secret","text":"ok"}}',
        '{"type":"content_block_delta","delta":{"type":"text_delta","text":"a secret"},"delta":{"type":"text_delta","text":"ok"}}',
        '{"type":"content_block_start","index":0,"content_block":{"type":"text","t\\u0065xt":"a secret","text":""}}',
        '{"type":"content_block_delta","index":NaN,"delta":{"type":"text_delta","text":"a secret"}}',
    ],
)
def test_what_two_readers_would_read_differently_is_refused(data: str) -> None:
    """A text that stands twice in one event, in any escape form, or JSON that only some readers take, ends the stream."""
    with pytest.raises(UpstreamRubbish):
        fed(message_events(screens(RULED)), [written(data)])


def test_an_event_that_nobody_knows_says_nothing_by_its_name() -> None:
    """An unknown event whose name or type has a hit is left out."""
    named = [b'event: secret\ndata: {"type":"ping"}\n\n', sse("secret", text="fine")]
    assert fed(message_events(screens(RULED)), [*named, sse("other", text="fine")]) == sse("other", text="fine")


@pytest.mark.parametrize("begun", [{"type": "tool_use", "id": "toolu_1", "name": "secret", "input": {}}, {"server_name": "secret"}])
def test_a_hit_in_a_tools_name_ends_the_stream(begun: dict[str, object]) -> None:
    """Nothing can be put in the place of a tool's name: where a rule redacts it blocks, in streams and in whole answers; flags count."""
    with pytest.raises(PolicyBlocked, match="rule words"):
        fed(message_events(screens(RULED)), [sse("content_block_start", index=0, content_block=begun)])
    with pytest.raises(PolicyBlocked, match="rule words"):
        changed_answer(json.dumps(begun).encode(), screens(RULED))
    noted = [sse("content_block_start", index=0, content_block={"type": "tool_use", "id": "secret", "name": "note", "input": {}})]
    look = screens(RULED)
    assert fed(message_events(look), noted) == noted[0]
    assert [str(flag.place) for flag, _ in look.findings.flags] == ["tools"]


def test_thinking_is_thinking_however_its_block_begins() -> None:
    """A block of thinking that begins without text, or never began, has its placeholders back in the form that was signed alone, too."""
    thought = sse("content_block_delta", index=0, delta={"type": "thinking_delta", "thinking": "[word_abcdefghjk]"})
    begun = sse("content_block_start", index=0, content_block={"type": "thinking"})
    for events in ([begun, thought], [thought]):
        assert fed(message_events(Restores(MAPPING)), events) == b"".join(events)


def test_json_without_an_end_is_refused() -> None:
    """A number, or what is no JSON, that goes on and on in a tool's input ends the stream: it cannot be kept."""
    growing = GrowingJson(screens(RULED).finder(Place.TOOL_INPUT))
    assert growing.add('{"a": ' + "1" * MOST_HELD) == []
    with pytest.raises(UpstreamRubbish):
        growing.add("1")


def test_a_block_that_begins_again_holds_nobody_up() -> None:
    """Where a block begins in the place of one that did not end, the held text of the first goes on all the same."""
    events = [start(), *block(0, "text", ["a sec"])[:-1], *block(0, "text", ["fine"]), STOP]
    assert fed(message_events(screens(RULED)), events) == b"".join(events)
