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
_BEFORE = f"[{_LETTERS}0-9_]"
"""What no address begins behind. A quotation mark or a dash, which may stand in one, stands before one more often."""
_LOCAL = re.compile(rf"[{_LETTERS}0-9_](?<!{_BEFORE}.)(?<!{_BEFORE}\..){_ATOM}*(?:\.{_ATOM}+)*\Z")
_LABEL = rf"[{_LETTERS}0-9](?:[{_LETTERS}0-9-]{{0,{_LONGEST_LABEL - 2}}}[{_LETTERS}0-9])?"
_DOMAIN = re.compile(rf"[@\uff20](?:{_LABEL}\.){{1,6}}(?P<top>[A-Za-z]{{2,18}}|xn--[A-Za-z0-9]{{2,20}})(?![{_LETTERS}0-9_-]|\()")
_COUNTRIES = frozenset(
    # Two letters each.
    re.findall(
        "..",
        "acadaeafagaialamaoaqarasatauawaxazbabbbdbebfbgbhbibjbmbnbobrbsbtbwbybzcacccdcfcgchci"
        "ckclcmcncocrcucvcwcxcyczdedjdkdmdodzeceeegereseteufifjfkfmfofrgagdgegfggghgiglgmgngp"
        "gqgrgsgtgugwgyhkhmhnhrhthuidieiliminioiqirisitjejmjojpkekgkhkikmknkpkrkwkykzlalblcli"
        "lklrlsltlulvlymamcmdmemgmhmkmlmmmnmompmqmrmsmtmumvmwmxmymznancnenfngninlnonpnrnunzom"
        "papepfpgphpkplpmpnprpsptpwpyqarerorsrurwsasbscsdsesgshsiskslsmsnsosrssstsusvsxsysztc"
        "tdtftgthtjtktltmtntotrtttvtwtzuaugukusuyuzvavcvevgvivnvuwfwsyeytzazmzw",
    )
)
"""The top-level domains of two letters are countries'; longer ones are added every month, and any may be one."""


@dataclass(frozen=True, slots=True)
class Mail:
    """Finds addresses by their @."""

    name: str = "email"
    reach: int = _LONGEST_LOCAL + _LONGEST_DOMAIN
    context: int = 2

    hint: str = "[@\uff20]"

    def within(self, text: str, left: int, right: int) -> Iterator[tuple[int, int]]:
        """Return where each address begins and ends, of those that begin from one place on and before another, by its start."""
        for at in _AT.finditer(text, left, min(len(text), right + _LONGEST_LOCAL)):
            local = _LOCAL.search(text, max(0, at.start() - _LONGEST_LOCAL), at.start())
            domain = _DOMAIN.match(text, at.start(), at.start() + _LONGEST_DOMAIN) if local else None
            if local and domain and is_top_level(domain["top"]) and left <= local.start() < right:
                yield local.start(), domain.end()

    def settled(self, text: str) -> int:
        """Return where an address begins that the end of the text cuts through: the last word, more often than not."""
        floor = max(0, len(text) - self.reach)
        begun = _BEGUN.search(text, floor + len(text[floor:].rstrip(_HELD)))
        return begun.start() if begun else len(text)


_HELD = "".join(map(chr, range(0xC0, 0x250))) + "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_%+'-.@\uff20"
_AT = re.compile("[@\uff20]")
_BEGUN = re.compile(
    rf"[{_LETTERS}0-9_](?<!{_BEFORE}.)(?<!{_BEFORE}\..)(?:{_ATOM}|\.){{0,{_LONGEST_LOCAL}}}(?:[@\uff20][{_LETTERS}0-9.-]{{0,{_LONGEST_DOMAIN}}})?\Z"
)


def is_top_level(name: str) -> bool:
    """Tell whether a domain may end so."""
    return len(name) > len("cn") or name.lower() in _COUNTRIES


MAIL = Mail()
