"""Draws what an app on a phone reads from the screen."""

from __future__ import annotations

import segno
from markupsafe import Markup


def picture_of(text: str) -> Markup:
    """Return a QR code as a drawing that stands in the page itself, dark on light in every theme: some apps read no other."""
    drawn = segno.make(text, error="m", micro=False).svg_inline(omitsize=True, border=3, dark="#000", light="#fff")
    return Markup(drawn)  # noqa: S704  (squares; no text stands in it)
