"""Addresses of the internet, of both versions; numbers of versions, sections and objects look like them and are none."""

from __future__ import annotations

import re
from ipaddress import AddressValueError, IPv6Address

from yumen.policy.recognisers.begun import Begun
from yumen.policy.recognisers.characters import DIGIT, DIGITS, WIDE_DIGITS, WORD, narrow, one_of

_DOT = "[.\uff0e]"
_TWO = one_of("2")
_OCTET = f"(?:{_TWO}{one_of('5')}{one_of('012345')}|{_TWO}{one_of('01234')}{DIGIT}|{one_of('1')}{DIGIT}{{2}}|{one_of('123456789')}?{DIGIT})"
_V4 = re.compile(rf"{_OCTET}(?:{_DOT}{_OCTET}){{3}}(?!{WORD}|{_DOT}{DIGIT}|[-+][A-Za-z])")
_V6 = re.compile(rf"[0-9A-Fa-f]{{4}}(?::[0-9A-Fa-f]{{0,4}}){{2,7}}(?:(?<=:){_OCTET}(?:{_DOT}{_OCTET}){{3}})?(?![0-9A-Za-z_:]|\.[0-9])")
_BEFORE = rf"(?:(?<!{WORD}.)(?<!{_DOT}.)(?<![A-Za-z]-.)|(?<=\\[nrt].))"
_INSIDE = re.compile(r"(?:::|:[0-9A-Fa-f]{1,4}:)\Z")
"""Before a part of a longer address of version 6."""
_MAPPED = re.compile(r"::[fF]{4}:\Z")
_CONTEXT = 14
_VERSION = re.compile(
    r"(?:(?i:\b(?:v|ver|version|versions|release|section|sect|chapter|clause)\.?|§|版本|版|第|章|节)[ :：]{0,2}|[=~<>]=[ ]?)\Z"
)
_RESOLVERS = {"1.1.1.1", "8.8.8.8", "8.8.4.4", "9.9.9.9"}
"""The addresses of one-digit numbers that people write; the others are sections and versions, a thousand times to one."""
_OBJECTS = ("2.5.4.", "2.5.29.", "1.3.101.")
"""Where attributes and extensions of certificates, and curves, are numbered (X.520, X.509, RFC 8410)."""
_LOOPBACK, _MULTICAST = 127, 224


def _address(text: str, start: int) -> int:
    left = max(0, start - _CONTEXT)
    if _INSIDE.search(text, left, start) and not _MAPPED.search(text, left, start):
        return 0
    v4 = _V4.match(text, start)
    if v4:
        return v4.end() if is_somebodys(narrow(v4[0])) and not _VERSION.search(text, left, start) else 0
    v6 = _V6.match(text, start)
    # A colon behind an address is the sentence's.
    written = v6[0].removesuffix(":") if v6 and not v6[0].endswith("::") else v6[0] if v6 else ""
    return start + len(written) if written and is_v6(written) else 0


def is_somebodys(address: str) -> bool:
    """Tell whether an IPv4 address may be a machine's: not 0.0.0.0/8, loopback, multicast, a mask, or the number of something."""
    first = int(address.partition(".")[0])
    numbered = address.startswith(_OBJECTS) or (len(address) == len("1.2.3.4") and address not in _RESOLVERS)
    return 0 < first < _MULTICAST and first != _LOOPBACK and not numbered


def is_v6(address: str) -> bool:
    """Tell whether that is an IPv6 address, global (2000::/3), local (fc00::/7) or of a link (fe80::/10), and no colons of a program's."""
    try:
        known = IPv6Address(address)
    except AddressValueError:
        return False
    high = int(known) >> 112
    digits = any(each.isdigit() for each in address)
    return digits and (0x2000 <= high <= 0x3FFF or 0xFC00 <= high <= 0xFDFF or 0xFE80 <= high <= 0xFEBF)  # noqa: PLR2004  (the blocks by name)


ADDRESS = Begun(
    name="ip_address",
    reach=5 + 5 * 7 + 16 + 2,
    context=_CONTEXT + 1,
    hint=rf"{DIGIT}{_DOT}{DIGIT}{{1,3}}{_DOT}{DIGIT}{{1,3}}{_DOT}{DIGIT}|[0-9A-Fa-f]{{3}}:[0-9A-Fa-f:]{{2}}",
    opening=re.compile(rf"[1-9fF{WIDE_DIGITS[1:]}]{_BEFORE}(?={DIGIT}{{0,2}}{_DOT}{DIGIT}|[0-9A-Fa-f]{{3}}:)"),
    judge=_address,
    held=DIGITS + "ABCDEFabcdef:.+-\uff0e",
    begun=re.compile(
        rf"{one_of('123456789')}{_BEFORE}(?:{DIGIT}{{0,2}}(?:{_DOT}{DIGIT}{{0,3}}){{0,3}}[-+.\uff0e]?)\Z|"
        rf"[23fF]{_BEFORE}(?:[0-9A-Fa-f]{{0,3}}|[0-9A-Fa-f]{{3}}:[0-9A-Fa-f:.]{{0,52}})\Z"
    ),
)
