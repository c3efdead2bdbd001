"""A look at a request finds every planted value, wherever a body can hold one, and says what is sent in its place."""

from __future__ import annotations

import base64
import json
import re
from typing import Any

import pytest

from tests.policy.planted import MAIL, MAIL_RULE, NEVER, PLANTED, WORD, placeholder, policy, prompt, terms
from yumen.policy.asked import AskedFor
from yumen.policy.placeholders import FORM
from yumen.policy.request import Looked, look
from yumen.policy.standing import Root
from yumen.policy.values import Action, Blind, On, Place, Rule, Unseen

STANDS = placeholder(MAIL)


def seen(body: Any, **how: Any) -> Looked:  # noqa: ANN401  (JSON, and what requests are held to)
    """Look at a body."""
    return look(body if isinstance(body, bytes) else json.dumps(body).encode(), terms(**how))


def b64(text: str) -> str:
    """In base64."""
    return base64.b64encode(text.encode()).decode()


TEXT = f"write to {MAIL}, please"
FREE = {
    "text": prompt({"type": "text", "text": TEXT}),
    "string": prompt() | {"messages": [{"role": "user", "content": TEXT}]},
    "system": prompt(system=TEXT),
    "system blocks": prompt(system=[{"type": "text", "text": TEXT}]),
    "tool description": prompt(tools=[{"name": "t", "description": TEXT, "input_schema": {"type": "object"}}]),
    "schema": prompt(tools=[{"name": "t", "input_schema": {"type": "object", "properties": {"a": {"description": TEXT, "enum": [TEXT]}}}}]),
    "tool input": prompt({"type": "tool_use", "id": "toolu_1", "name": "t", "input": {"to": [TEXT], "type": TEXT, "name": {"id": TEXT}}}),
    "tool input's key": prompt({"type": "tool_use", "id": "toolu_1", "name": "t", "input": {MAIL: 1}}),
    "tool result": prompt({"type": "tool_result", "tool_use_id": "toolu_1", "content": [{"type": "text", "text": TEXT}]}),
    "document text": prompt({"type": "document", "source": {"type": "text", "media_type": "text/plain", "data": TEXT}}) | {"x": 1},
    "document base64": prompt({"type": "document", "source": {"type": "base64", "media_type": "text/plain", "data": b64(TEXT)}}),
    "document title": prompt({"type": "document", "title": TEXT, "context": TEXT, "source": {"type": "file", "file_id": "file_1"}}),
    "document content": prompt({"type": "document", "source": {"type": "content", "content": [{"type": "text", "text": TEXT}]}}),
    "search result": prompt({"type": "search_result", "source": TEXT, "title": TEXT, "content": [{"type": "text", "text": TEXT}]}),
    "citation": prompt({"type": "text", "text": "x", "citations": [{"type": "char_location", "cited_text": TEXT, "document_title": TEXT}]}),
    "metadata": prompt(metadata={"user_id": MAIL}),
    "stop sequence": prompt(stop_sequences=[MAIL]),
    "unknown": prompt(new_field={"deep": [[TEXT]]}),
    "unknown block": prompt({"type": "new_block", "words": TEXT}),
    "chat arguments": {"messages": [{"tool_calls": [{"function": {"name": "f", "arguments": json.dumps({"a\u0040": [TEXT]})}}]}]},
    "chat arguments, escaped": {"messages": [{"tool_calls": [{"function": {"arguments": '{"to":"alice\\u0040example.com"}'}}]}]},
    "chat arguments, no JSON": {"messages": [{"tool_calls": [{"function": {"arguments": "{" + TEXT}}]}]},
    "chat arguments of 2023": {"messages": [{"function_call": {"name": "f", "arguments": '{"to":"alice\\u0040example.com"}'}}]},
    "document of two types": b'{"messages":[{"content":[{"source":{"type":"base64","type":"base64","media_type":"text/plain",'
    b'"media_type":"text/plain","data":"%b"}}]}]}' % b64(TEXT).encode(),
    "document of no known type": prompt({"source": {"type": "base64", "media_type": "x/y", "data": b64(TEXT)}}),
    "document in lines, without padding": prompt(
        {"source": {"type": "base64", "data": b64(TEXT).rstrip("=")[:9] + " \n" + b64(TEXT).rstrip("=")[9:]}}
    ),
    "data URL after a space": {"messages": [{"content": [{"type": "image_url", "image_url": f" data:text/plain;base64,{b64(TEXT)}"}]}]},
    "data URL": {"messages": [{"content": [{"type": "file", "file": {"file_data": f"data:text/plain;base64,{b64(TEXT)}"}}]}]},
}


def readable(body: bytes) -> str:
    """All that a body says, base64 and JSON in strings included."""
    text = json.dumps(json.loads(body))
    for each in text.replace("base64,", '"').replace(" \\n", "").split('"'):
        if len(each) > 20 and " " not in each:
            try:
                text += base64.b64decode(each + "=" * (-len(each) % 4), validate=True).decode()
            except ValueError:
                continue
    return text.replace("\\\\u0040", "@")


@pytest.mark.parametrize("place", FREE)
@pytest.mark.parametrize("escaped", [False, True])
def test_a_value_is_replaced_wherever_it_may_be(place: str, *, escaped: bool) -> None:
    """Nothing of it is left, a placeholder stands there, the rest is the same JSON; a second look changes nothing."""
    said = FREE[place]
    body = said if isinstance(said, bytes) else json.dumps(said).encode()
    if escaped:
        body = body.replace(b"alice@", rb"\u0061lice\u0040").replace(b"\\\\u0061", b"a").replace(b"\\\\u0040", b"@")
    looked = seen(body)
    assert looked.blocked is None
    assert MAIL in readable(body)
    assert MAIL not in readable(looked.body)
    assert looked.redacted == readable(looked.body).count(STANDS) > 0
    again = seen(looked.body)
    assert (again.body, again.redacted) == (looked.body, 0)
    if b"\\u0" not in body:
        assert len(looked.body.replace(STANDS.encode(), MAIL.encode())) in (len(body), len(looked.body))


FIXED = {
    "model": prompt(model=MAIL),
    "tool name": prompt(tools=[{"name": MAIL, "input_schema": {}}]),
    "type": prompt({"type": MAIL}),
    "role": {"messages": [{"role": MAIL, "content": "x"}]},
    "media type": prompt({"type": "image", "source": {"type": "base64", "media_type": MAIL, "data": "AA=="}}),
    "id": prompt({"type": "tool_result", "tool_use_id": MAIL}),
    "file id": prompt({"type": "document", "source": {"type": "file", "file_id": MAIL}}),
    "ttl": prompt(cache_control={"type": "ephemeral", "ttl": MAIL}),
    "key": prompt(**{MAIL: 1}),
    "schema key": prompt(tools=[{"name": "t", "input_schema": {"properties": {MAIL: {}}}}]),
    "required": prompt(tools=[{"name": "t", "input_schema": {"required": [MAIL]}}]),
    "url": prompt({"type": "image", "source": {"type": "url", "url": f"https://x.test/{MAIL}"}}),
    "url in percent": prompt({"type": "image", "source": {"type": "url", "url": "https://x.test/alice%40ex%61mple.com"}}),
    "data URL in percent": {"messages": [{"content": [{"image_url": {"url": "data:text/plain,alice%40example.com"}}]}]},
    "signature": prompt({"type": "thinking", "thinking": "x", "signature": MAIL}),
    "image data": prompt({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": MAIL}}),
    "service tier": prompt(service_tier=MAIL),
}


@pytest.mark.parametrize("place", FIXED)
def test_what_cannot_be_replaced_blocks(place: str) -> None:
    """Where a placeholder would make nonsense of the request, it is refused, in a sentence that does not repeat the value."""
    looked = seen(FIXED[place])
    assert looked.blocked is not None
    assert "No addresses. (rule mail)" in looked.blocked
    assert MAIL not in looked.blocked


def test_half_of_a_surrogate_pair_hides_nothing_in_arguments() -> None:
    """JSON in a string may hold one as it stands, which no encoder writes."""
    arguments = '{"to":"alice\\u0040example.com","x":"\ud800"}'
    said = json.loads(seen({"messages": [{"tool_calls": [{"function": {"arguments": arguments}}]}]}).body)
    assert json.loads(said["messages"][0]["tool_calls"][0]["function"]["arguments"]) == {"to": STANDS, "x": "\ud800"}


def test_a_clean_body_stays_the_same_bytes_and_object() -> None:
    """Nothing found, nothing touched."""
    body = b' {"model" : "claude" ,"messages":[{"role":"user","content":"caf\\u00e9 \\/ \xe4\xbd\xa0"}]} '
    assert look(body, terms()).body is body


def test_only_the_string_with_a_hit_is_written_anew() -> None:
    """Every other byte stays, odd spelling and spaces included."""
    body = b'{"model" : "cl\\u0061ude","messages":[{"role":"user","content":"me: alice@example.com\\n"},{"content" :"\\u4f60"}]}'
    assert look(body, terms()).body == body.replace(MAIL.encode(), STANDS.encode())


def test_a_block_says_why() -> None:
    """The rule's own words; found first, the rest does not matter."""
    assert seen(prompt({"type": "text", "text": "this is Verboten."})).blocked == "Never that. (rule never)"


def test_flags_are_counted_where_they_stand() -> None:
    """The body passes as it is."""
    held = terms()
    body = json.dumps(prompt({"type": "text", "text": "curious, curious"}, system="curious")).encode()
    assert look(body, held).body is body
    assert {(flag.place, flag.count) for flag, _ in held.findings.flags} == {(Place.MESSAGES, 2), (Place.SYSTEM, 1)}


def test_a_policy_in_shadow_changes_nothing_and_counts() -> None:
    """What it would have done is written down."""
    held = terms(policy(MAIL_RULE, NEVER, shadow=True))
    body = json.dumps(prompt({"type": "text", "text": f"{MAIL} verboten"})).encode()
    looked = look(body, held)
    assert (looked.body, looked.blocked, looked.redacted) == (body, None, 0)
    assert {(flag.rule, flag.shadow) for flag, _ in held.findings.flags} == {("mail", True), ("never", True)}


def test_numbers_in_tool_inputs_are_values_too() -> None:
    """A number that a rule knows becomes its placeholder, a string; elsewhere numbers are the wire's."""
    digits = policy(Rule(name="digits", action=Action.REDACT, why="No.", patterns=(r"\b\d{11}\b",)))
    body = prompt({"type": "tool_use", "id": "1", "name": "t", "input": {"phone": 13800138000}}, max_tokens=13800138001)
    said = json.loads(seen(body, compiled=digits).body)
    assert FORM.fullmatch(said["messages"][0]["content"][0]["input"]["phone"])
    assert said["max_tokens"] == 13800138001


@pytest.mark.parametrize("number", ["13800138000", "13800138000.0", "1.3800138e10", "138001380.00E2"])
def test_a_number_has_one_meaning_however_it_is_written(number: str) -> None:
    """As a float too, and anywhere: where a string would make no sense, the request is refused."""
    phones = policy(Rule(name="phones", action=Action.REDACT, why="No.", recognisers=("cn_mobile",)))
    tool = b'{"messages":[{"content":[{"type":"tool_use","input":{"a":%b}}]}],"max_tokens":%b}' % (number.encode(), number.encode())
    assert FORM.fullmatch(json.loads(seen(tool, compiled=phones).body)["messages"][0]["content"][0]["input"]["a"])
    assert seen(b'{"messages":[{"content":%b}]}' % number.encode(), compiled=phones).blocked is not None


@pytest.mark.parametrize("written", [r"{\"to\": \"alice\u0040example.com\"}", r"so: {'to': [alice\\u0040exampl\u0065.com]}."])
def test_json_within_a_text_is_read_as_claude_reads_it(written: str) -> None:
    """A tool's result is JSON in a string; its value has the placeholder that it has in plain words, the rest stays."""
    looked = json.loads(seen(prompt({"type": "tool_result", "tool_use_id": "toolu_1", "content": written})).body)
    said = looked["messages"][0]["content"][0]["content"]
    assert said.replace(STANDS, "") == re.sub(r"alice.*com", "", written)
    held = terms()
    look(json.dumps(prompt({"type": "text", "text": written})).encode(), held)
    assert held.placeholders is not None
    assert held.placeholders.mapping == {STANDS: MAIL}


UNSEEN = {
    "images": {"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": "iVBORw0KGgo="}},
    "documents": {"type": "document", "source": {"type": "base64", "media_type": "application/pdf", "data": "JVBERi0="}},
    "urls": {"type": "image", "source": {"type": "url", "url": "https://x.test/a.png"}},
    "encrypted": {"type": "redacted_thinking", "data": "EmwKAhgBEgy3va3p"},
    "files": {"type": "document", "source": {"type": "file", "file_id": "file_1"}},
}


@pytest.mark.parametrize("field", UNSEEN)
def test_what_cannot_be_seen_passes_or_not_as_the_policy_says(field: str) -> None:
    """Each kind by itself: refused only where its own field says so."""
    assert seen(prompt(UNSEEN[field])).blocked is None
    for other in UNSEEN:
        why = seen(prompt(UNSEEN[field]), compiled=policy(unseen=Blind(**{other: Unseen.REFUSE}))).blocked
        assert (why is not None) == (other == field)


def test_text_that_calls_itself_an_image_is_read() -> None:
    """Only what looks like base64 is taken for something that cannot be read, and text in base64 that is none cannot be."""
    odd = prompt({"type": "image", "source": {"type": "base64", "media_type": "image/png", "data": f"{WORD} and more"}})
    assert seen(odd).blocked is not None
    broken = prompt({"type": "document", "source": {"type": "base64", "media_type": "text/plain", "data": "//79"}})
    assert seen(broken, compiled=policy(unseen=Blind(documents=Unseen.REFUSE))).blocked is not None
    wide = prompt({"source": {"type": "base64", "media_type": "text/plain", "data": base64.b64encode(MAIL.encode("utf-16-le")).decode()}})
    assert seen(wide, compiled=policy(unseen=Blind(documents=Unseen.REFUSE))).blocked is not None


def thinking(text: str) -> dict[str, Any]:
    """A conversation in which Claude thought."""
    block = {"type": "thinking", "thinking": text, "signature": "EqQB"}
    said = {"role": "assistant", "content": [block, {"type": "text", "text": "Hi"}]}
    return prompt({"type": "text", "text": TEXT}) | {"messages": [{"role": "user", "content": TEXT}, said]}


def test_thinking_goes_back_to_the_bytes_that_claude_signed() -> None:
    """What was restored for the caller becomes the placeholder again, also where no rule would have found it in these words."""
    looked = seen(thinking(f"they ask about x{MAIL}x"))
    assert json.loads(looked.body)["messages"][1]["content"][0]["thinking"] == f"they ask about x{STANDS}x"


def test_thinking_with_values_of_its_own_is_left_out() -> None:
    """An edited block would not pass its signature; where it is all of a message, the request is refused."""
    looked = seen(thinking("perhaps bob@example.org"))
    assert [each["type"] for each in json.loads(looked.body)["messages"][1]["content"]] == ["text"]
    assert b"bob@" not in looked.body
    alone = thinking("perhaps bob@example.org")
    del alone["messages"][1]["content"][1]
    assert "cannot be changed" in (seen(alone).blocked or "")


def test_a_placeholder_is_no_hit_and_what_only_looks_like_one_is() -> None:
    """Known by the conversation, in any spelling; in the form of any other, of whatever kind, anything could be said."""
    codes = policy(Rule(name="codes", action=Action.BLOCK, why="No.", patterns=("[0-9A-Z]{10}", "ZEUSPROJEKT")))
    for forged in (STANDS, "[ZEUSPROJEKT_0123456789]"):
        assert seen(prompt({"type": "text", "text": forged}), compiled=codes).blocked is not None
        assert seen(prompt({"type": "text", "text": forged}), compiled=codes, mapping={forged: "x"}).blocked is None
    known = {"[ZEUSPROJEKT_0123456789]": "x"}
    assert seen(prompt({"type": "text", "text": "[Zeusprojekt\\_0123456789]"}), compiled=codes, mapping=known).blocked is None


@pytest.mark.parametrize(
    ("rule", "body"),
    [
        (Rule(name="r", action=Action.BLOCK, why="No.", models=("claude-opus-*",), on=On.REQUEST), prompt()),
        (Rule(name="r", action=Action.BLOCK, why="No.", models=("gpt-*",), on=On.REQUEST), prompt(fallbacks=[{"model": "gpt-5"}])),
        (Rule(name="r", action=Action.BLOCK, why="No.", tools=("web_search*",), on=On.REQUEST), prompt(tools=[{"type": "web_search_1"}])),
        (Rule(name="r", action=Action.BLOCK, why="No.", tools=("rm",), on=On.REQUEST), prompt(tools=[{"function": {"name": "rm"}}])),
        (Rule(name="r", action=Action.BLOCK, why="No.", tools=("mcp:wiki",), on=On.REQUEST), prompt(mcp_servers=[{"name": "wiki"}])),
        (Rule(name="r", action=Action.BLOCK, why="No.", betas=("files-*",), on=On.REQUEST), prompt(betas=["files-1"])),
        (Rule(name="r", action=Action.BLOCK, why="No.", max_text_characters=5, on=On.REQUEST), prompt({"type": "text", "text": "123456"})),
    ],
)
def test_what_a_body_asks_for_is_held_to_rules(rule: Rule, body: dict[str, Any]) -> None:
    """Models wherever they stand, tools by name or type, MCP servers, betas, the length of text."""
    raw = json.dumps(body).encode()
    assert look(raw, terms(policy(rule)), Root.PROMPT, AskedFor()).blocked == "No. (rule r)"
    assert look(raw, terms(PLANTED), Root.PROMPT, AskedFor()).blocked is None
