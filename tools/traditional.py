"""Print `src/yumen/policy/matching/traditional.py` from OpenCC's tables: `pip install opencc; python tools/traditional.py > …`."""

from __future__ import annotations

import sys

import opencc  # type: ignore[import-not-found]  # of no lock: it is needed when its tables change

HEAD = (
    '"""Which simplified character a traditional one, or a variant, is written for: '
    'of OpenCC\'s t2s (Apache-2.0), by `tools/traditional.py`."""\n\nfrom __future__ import annotations\n'
)
IDEOGRAPHS = range(0x3400, 0xA000)
IN_A_LINE = 64


def main() -> int:
    """Print it."""
    convert = opencc.OpenCC("t2s").convert
    pairs = [(chr(code), convert(chr(code))) for code in IDEOGRAPHS]
    changed = [(one, other) for one, other in pairs if one != other and len(other) == 1 and ord(other) in IDEOGRAPHS]
    print(HEAD)
    for name, at in (("_TRADITIONAL", 0), ("_SIMPLIFIED", 1)):
        text = "".join(pair[at] for pair in changed)
        print(f"{name} = (")
        for start in range(0, len(text), IN_A_LINE):
            print(f'    "{text[start : start + IN_A_LINE]}"')
        print(")")
    print("SIMPLIFIED = dict(zip(map(ord, _TRADITIONAL), map(ord, _SIMPLIFIED), strict=True))")
    return 0


if __name__ == "__main__":
    sys.exit(main())
