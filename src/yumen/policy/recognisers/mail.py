"""E-mail addresses, by the form of RFC 5321 and a top-level domain that there is or may be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

_LONGEST_LOCAL, _LONGEST_LABEL = 64, 63
_LONGEST_DOMAIN = 190
"""RFC 5321 allows more, which nobody has."""
_LETTERS = "A-Za-z\u00c0-\u024f"
_ATOM = f"[{_LETTERS}0-9_%+'-]"
_LOCAL = re.compile(rf"[{_LETTERS}0-9_](?<!{_ATOM}.)(?<!{_ATOM}\..){_ATOM}*(?:\.{_ATOM}+)*\Z")
_LABEL = rf"[{_LETTERS}0-9](?:[{_LETTERS}0-9-]{{0,{_LONGEST_LABEL - 2}}}[{_LETTERS}0-9])?"
_DOMAIN = re.compile(rf"[@＠](?:{_LABEL}\.){{1,6}}(?P<top>[A-Za-z]{{2,18}}|xn--[A-Za-z0-9]{{2,20}})(?![{_LETTERS}0-9_-]|\()")
_COUNTRIES = frozenset(
    "ac ad ae af ag ai al am ao aq ar as at au aw ax az ba bb bd be bf bg bh bi bj bm bn bo br bs bt bw by bz ca cc cd cf cg ch ci ck cl "
    "cm cn co cr cu cv cw cx cy cz de dj dk dm do dz ec ee eg er es et eu fi fj fk fm fo fr ga gd ge gf gg gh gi gl gm gn gp gq gr gs gt "
    "gu gw gy hk hm hn hr ht hu id ie il im in io iq ir is it je jm jo jp ke kg kh ki km kn kp kr kw ky kz la lb lc li lk lr ls lt lu lv "
    "ly ma mc md me mg mh mk ml mm mn mo mp mq mr ms mt mu mv mw mx my mz na nc ne nf ng ni nl no np nr nu nz om pa pe pf pg ph pk pl pm "
    "pn pr ps pt pw py qa re ro rs ru rw sa sb sc sd se sg sh si sk sl sm sn so sr ss st su sv sx sy sz tc td tf tg th tj tk tl tm tn to "
    "tr tt tv tw tz ua ug uk us uy uz va vc ve vg vi vn vu wf ws ye yt za zm zw".split()
)
"""The top-level domains of two letters are countries'; longer ones are added every month, and any may be one."""


@dataclass(frozen=True, slots=True)
class Mail:
    """Finds addresses by their @."""

    name: str = "email"
    reach: int = _LONGEST_LOCAL + _LONGEST_DOMAIN
    context: int = 2

    def find(self, text: str) -> Iterator[tuple[int, int]]:
        """Return where each address begins and ends, by its start."""
        for at in _AT.finditer(text):
            local = _LOCAL.search(text, max(0, at.start() - _LONGEST_LOCAL), at.start())
            domain = _DOMAIN.match(text, at.start(), at.start() + _LONGEST_DOMAIN) if local else None
            if local and domain and is_top_level(domain["top"]):
                yield local.start(), domain.end()

    def settled(self, text: str) -> int:
        """Return where an address begins that the end of the text cuts through: the last word, more often than not."""
        floor = max(0, len(text) - self.reach)
        begun = _BEGUN.search(text, floor + len(text[floor:].rstrip(_HELD)))
        return begun.start() if begun else len(text)


_HELD = "".join(map(chr, range(0xC0, 0x250))) + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_%+'-.@＠"
_AT = re.compile("[@＠]")
_BEGUN = re.compile(
    rf"[{_LETTERS}0-9_](?<!{_ATOM}.)(?<!{_ATOM}\..)(?:{_ATOM}|\.){{0,{_LONGEST_LOCAL}}}(?:[@＠][{_LETTERS}0-9.-]{{0,{_LONGEST_DOMAIN}}})?\Z"
)


def is_top_level(name: str) -> bool:
    """Tell whether a domain may end so."""
    return len(name) > len("cn") or name.lower() in _COUNTRIES


MAIL = Mail()
