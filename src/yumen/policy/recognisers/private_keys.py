"""Private keys in PEM, from the header to the footer; one that does not end is one from its header on."""

from __future__ import annotations

import re

from yumen.policy.recognisers.begun import Begun, partly

_LONGEST = 16_000
"""A key of RSA with 16,384 bits has 12,700 characters."""
_HEADER = r"-----BEGIN (?:[A-Z0-9]{2,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----"
_GAP = r"""(?:[\s"',+]|\\[nrt]){0,40}"""
"""The end of a line, also as programs write it, with quotes about the lines."""
_FIELDS = rf"(?:[A-Za-z-]{{2,20}}: [^\n\\-]{{1,30}}(?:-[^\n\\-]{{1,30}}){{0,6}}{_GAP}){{0,4}}"
"""Of an encrypted key, or of OpenPGP's."""
_START = rf"{_HEADER}{_GAP}{_FIELDS}[0-9A-Za-z+/=]{{32}}"
"""A header that is only spoken of is followed by no base64."""
_BODY = rf"""[0-9A-Za-z+/=\s"',\\]{{0,{_LONGEST}}}"""
_FOOTER = r"-----END [A-Z0-9 ]{11,40}-----"
_KEY = re.compile(rf"{_START}{_BODY}(?:{_FOOTER})?")


def _key(text: str, start: int) -> int:
    match = _KEY.match(text, start)
    return match.end() if match else 0


_COMING = partly("-----BEGIN ", r"[A-Z0-9 ]{0,40}-{0,5}\Z")
_UNSURE = rf"{_HEADER}{_GAP}{_FIELDS}(?:[A-Za-z-]{{0,20}}(?:: ?[^\n\\]{{0,200}})?|[0-9A-Za-z+/=]{{0,31}}|\\)\Z"
_SURE = rf"{_START}{_BODY}(?:-{{0,5}}|-----E|-----EN|-----END(?: [A-Z0-9 ]{{0,40}}-{{0,5}})?)\Z"
PRIVATE_KEY = Begun(
    name="private_key",
    reach=_LONGEST + 1_600,
    context=0,
    hint="PRIVATE KEY",
    opening=re.compile(_HEADER),
    judge=_key,
    held=None,
    begun=re.compile(f"{_SURE}|{_UNSURE}|{_COMING}"),
)
