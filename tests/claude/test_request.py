"""What is read of a request's body, whatever its white space, its escapes and its errors."""

from __future__ import annotations

import json
import random
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yumen.claude import NOTHING, RequestView, view_request
from yumen.claude.request import MAX_MODEL_CHARACTERS, READ_KEYS
from yumen.errors import InvalidRequest

TEXT = st.text(st.characters(exclude_categories=("Cs",)), max_size=12)
SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | TEXT
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4), max_leaves=12)
KEYS = st.sampled_from(READ_KEYS) | TEXT
OBJECTS = st.dictionaries(KEYS, VALUES, max_size=8)


def escaped(text: str) -> str:
    r"""A JSON string with every character as a \u escape."""
    units = text.encode("utf-16-be")
    return '"' + "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2)) + '"'


def spell(value: Any, dice: random.Random) -> str:  # noqa: ANN401  (JSON has six kinds of values)
    """JSON of a value, with white space and escapes as they fall."""
    match value:
        case dict():
            return "{" + gap(dice) + ",".join(f"{gap(dice)}{spell(k, dice)}{gap(dice)}:{spell(v, dice)}" for k, v in value.items()) + "}"
        case list():
            return "[" + gap(dice) + ",".join(spell(each, dice) for each in value) + "]"
        case str():
            form = escaped(value) if dice.random() < 0.3 else json.dumps(value, ensure_ascii=dice.random() < 0.5)
            return gap(dice) + form + gap(dice)
        case _:
            return gap(dice) + json.dumps(value) + gap(dice)


def gap(dice: random.Random) -> str:
    """White space, often none."""
    return "".join(dice.choices(" \t\r\n", k=dice.choice((0, 0, 0, 1, 3))))


@given(OBJECTS, st.randoms(use_true_random=False))
def test_any_object_is_accepted_whatever_its_white_space(value: dict[str, Any], dice: random.Random) -> None:
    """An object without a repeated key is viewed alike in its compact and in any other form."""
    if isinstance(value.get("model"), str) and len(value["model"]) > MAX_MODEL_CHARACTERS:
        return
    compact = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()
    loose = (gap(dice) + spell(value, dice) + gap(dice)).encode()
    view = view_request(compact)
    assert view_request(loose) == view
    assert view.model == (value.get("model") if isinstance(value.get("model"), str) else None)
    assert view.stream is (value.get("stream") is True)


@given(OBJECTS, st.sampled_from(READ_KEYS), VALUES, st.integers(0, 8), st.randoms(use_true_random=False))
def test_a_read_key_that_stands_twice_is_refused(value: dict[str, Any], key: str, again: object, place: int, dice: random.Random) -> None:
    """In any escape form, at any place, with white space or without: nobody may read one value and forward another."""
    members = list(({key: 1} | value).items())
    members.insert(place, (key, again))
    compact = "{" + ",".join(f"{json.dumps(k)}:{json.dumps(v)}" for k, v in members) + "}"
    loose = "{" + ",".join(f"{spell(k, dice)}:{spell(v, dice)}" for k, v in members) + "}"
    for body in (compact, loose):
        with pytest.raises(InvalidRequest, match="this key stands more than once"):
            view_request(body.encode())


@pytest.mark.parametrize("key", READ_KEYS)
def test_an_escaped_letter_hides_no_key(key: str) -> None:
    """One escaped letter in the second key is enough to be seen."""
    for at, letter in enumerate(key):
        hidden = f"{key[:at]}\\u{ord(letter):04X}{key[at + 1 :]}"
        for body in (f'{{"{key}":1,"{hidden}":2}}', f'{{"{hidden}":1,"{key}":2}}', f'{{"{hidden}":1,"{hidden}":2}}'):
            with pytest.raises(InvalidRequest, match=key):
                view_request(body.encode())


def test_keys_that_nobody_reads_may_repeat() -> None:
    """What is not read here is the upstream's matter, as are repeated keys further inside."""
    body = b'{"top_k":1,"top_k":2,"metadata":{"model":"a","model":"b"},"model":"m"}'
    assert view_request(body).model == "m"


@pytest.mark.parametrize(
    ("body", "view"),
    [
        (b"{}", NOTHING),
        (b" {\n} \t", NOTHING),
        (b'{"model":5,"stream":1,"max_tokens":"9","system":7,"messages":{}}', NOTHING),
        (b'{"model":null,"stream":null,"max_tokens":null,"system":null,"messages":null}', NOTHING),
        (b'{"stream":"true"}', NOTHING),
        (b'{"stream" : true }', RequestView(stream=True)),
        (b'{"stream":false}', NOTHING),
        (b'{"max_tokens":true}', NOTHING),
        (b'{"max_tokens":1.5}', NOTHING),
        (b'{"max_tokens":-5}', RequestView(max_tokens=-5)),
        (b'{"model":"claude-2"}', RequestView(model="claude-2")),
        (b'{"system":"abc"}', RequestView(prompt_characters=3, prompt_bytes=3)),
        (
            b'{"messages":[{"content":[{"type":"image"},{"text":"ab"},7]},{"content":"c"}]}',
            RequestView(prompt_characters=3, prompt_bytes=3),
        ),
        (b'{"messages":[{"content":[{"content":[{"text":"ab"}]},{"content":"c"}]}]}', RequestView(prompt_characters=3, prompt_bytes=3)),
        (b'{"messages":"abc"}', RequestView(prompt_characters=3, prompt_bytes=3)),
        (b'{"messages":["abc",["d"],5]}', RequestView(prompt_characters=4, prompt_bytes=4)),
    ],
)
def test_wrong_types_read_as_nothing(body: bytes, view: RequestView) -> None:
    """A field of another type than expected is not read; to say so is the upstream's matter."""
    assert view_request(body) == view


@given(st.lists(TEXT, max_size=4), TEXT)
def test_a_prompts_length_is_that_of_its_text(texts: list[str], system: str) -> None:
    """Code points and UTF-8 bytes are counted alike for raw and for escaped text."""
    body = {"system": system, "messages": [{"role": "user", "content": text} for text in texts]}
    whole = system + "".join(texts)
    for ensure_ascii in (True, False):
        view = view_request(json.dumps(body, ensure_ascii=ensure_ascii).encode())
        assert view.prompt_characters == len(whole)
        assert view.prompt_bytes == len(whole.encode())


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"null",
        b"[]",
        b'"x"',
        b"{",
        b'{"a":1}{',
        b'{"a":1,}',
        b'{"a":01}',
        b'{"a":NaN}',
        b"{'a':1}",
        b'{"a":"\x00"}',
        b'{"a":"line\nbreak"}',
        b"\xef\xbb\xbf{}",
        b'{"model":"\xff"}' + b" " * 3,
        b'{"\xff":1}',
        b'{"model":"\\ud800"}',
        b'{"messages":[{"content":"\\udc00 alone"}]}',
        '{"model":"a"}'.encode("utf-16"),
    ],
)
def test_what_is_no_json_object_is_refused(body: bytes) -> None:
    """Bodies that are no JSON object, lone surrogates included, are a 400 and never an error of ours."""
    with pytest.raises(InvalidRequest, match="not a valid JSON object"):
        view_request(body)


@pytest.mark.parametrize("body", [b'{"model":"\xff"}', b'{"system":"\xff"}', b'{"messages":[{"content":"\xff"}]}', b'{"x":"\xff"}'])
def test_text_that_is_not_utf8_is_no_error_of_ours(body: bytes) -> None:
    """Wrong bytes inside a string are left to the upstream or refused, never a crash."""
    with suppress(InvalidRequest):
        assert view_request(body) == NOTHING


@pytest.mark.parametrize("depth", [300, 2_000, 200_000])
@pytest.mark.parametrize(
    "shape", ['{{"x":{}}}', '{{"x": {}}}', '{{"messages":{}}}', '{{"messages":[{{"content":{}}}]}}', '{{"max_tokens": {}}}']
)
@pytest.mark.parametrize(("opening", "closing"), [("[", "]"), ('{"content":', "}"), ('[{"content":', "}]")])
def test_deep_nesting_is_no_error_of_ours(shape: str, depth: int, opening: str, closing: str) -> None:
    """However deep a body nests, it is viewed or refused."""
    body = shape.format(opening * depth + "1" + closing * depth).encode()
    with suppress(InvalidRequest):
        assert view_request(body).model is None


@pytest.mark.parametrize("number", ["9" * 5_000, "-" + "9" * 100_000, "1e999", "1E-9999", "0." + "3" * 9_000])
def test_huge_numbers_pass(number: str) -> None:
    """A number that no machine word holds is not read, and is no reason to refuse, with white space or without."""
    for body in (f'{{"x":{number},"model":"m"}}', f'{{"x": {number}, "model":"m"}}', f'{{"messages":[{number},"abc"],"model": "m"}}'):
        view = view_request(body.encode())
        assert view.model == "m"
    assert view.prompt_characters == 3
    for body in (f'{{"max_tokens":{number}}}', f'{{"max_tokens": {number} }}'):
        view_request(body.encode())


def test_a_models_name_is_bounded() -> None:
    """A name of any length would go into every line that is written."""
    assert view_request(b'{"model":"%b"}' % (b"a" * MAX_MODEL_CHARACTERS)).model == "a" * MAX_MODEL_CHARACTERS
    with pytest.raises(InvalidRequest, match="model: String should have at most 256 characters"):
        view_request(b'{"model":"%b"}' % (b"a" * (MAX_MODEL_CHARACTERS + 1)))
