"""Going on with an answer that was cut off: what is asked, and how two pieces are joined without a seam."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Sequence

TAIL_CHARACTERS = 80
"""What a model is asked to repeat so that the place is found; enough to be unlike all the rest of a text."""
SEAM_AT_LEAST = 8
"""Fewer characters that two pieces share are chance."""
SEARCHED_CHARACTERS = 4_000

GO_ON = """\
Your last message was cut off because it had become too long. Go on exactly where it stopped, in the middle of a word if need be, so that \
both pieces joined are one whole: no greeting, no heading, no remark on the break. So that the place is found, begin by repeating what \
stands between the tags here, its last characters, exactly as they are and without the tags, and then go on.
<tail>{tail}</tail>"""


def going_on(messages: Sequence[Any], so_far: str, *, prefill: bool) -> list[Any]:
    """Return the messages that ask for the rest of an answer.

    With prefill the piece that is there is the last message (without white space at its end, which Claude refuses);
    without, the user asks for the rest.
    """
    if prefill:
        return [*messages, {"role": "assistant", "content": so_far.rstrip()}]
    asked = GO_ON.format(tail=tail_of(so_far))
    return [*messages, {"role": "assistant", "content": so_far.rstrip()}, {"role": "user", "content": asked}]


def tail_of(text: str) -> str:
    """Return the last characters of a text, from a word's beginning where one is near; no white space around them."""
    tail = text.rstrip()[-TAIL_CHARACTERS:]
    if len(tail) == TAIL_CHARACTERS:
        head, space, rest = tail.partition(" ")
        tail = rest if space and len(head) < TAIL_CHARACTERS // 2 else tail
    return tail.strip()


def joined(so_far: str, piece: str, *, prefill: bool) -> str:
    """Return the whole of what was there and the piece that came: what stands in both stands in it once."""
    if prefill:
        return with_space(so_far, piece)
    tail, bare = tail_of(so_far), piece.lstrip().removeprefix("<tail>")
    if tail and bare.startswith(tail):
        return with_space(so_far, bare[len(tail) :].removeprefix("</tail>"))
    if piece.startswith(so_far):
        return piece  # it began anew
    shared = shared_characters(so_far.rstrip(), piece)
    if shared >= SEAM_AT_LEAST:
        return with_space(so_far, piece[shared:])
    return so_far + piece


def with_space(so_far: str, rest: str) -> str:
    """Join where the rest follows on the last visible character: its own white space counts, if it has any."""
    bare = so_far.rstrip()
    return bare + rest if rest[:1].isspace() else so_far + rest


def shared_characters(so_far: str, piece: str) -> int:
    """Return the length of the longest end of the one that is the beginning of the other (Knuth, Morris and Pratt's table)."""
    end = so_far[-SEARCHED_CHARACTERS:]
    begin = piece[: len(end)]
    table = [0] * len(begin)
    matched = 0
    for place in range(1, len(begin)):
        while matched and begin[place] != begin[matched]:
            matched = table[matched - 1]
        matched += begin[place] == begin[matched]
        table[place] = matched
    matched = 0
    for character in end:
        while matched and (matched == len(begin) or begin[matched] != character):
            matched = table[matched - 1]
        matched += matched < len(begin) and begin[matched] == character
    return matched
