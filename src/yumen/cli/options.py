"""The options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

from yumen.settings import OPTIONS

Data = Annotated[str | None, typer.Option("--data", metavar="DIR", help=OPTIONS["data"].english)]
Config = Annotated[str | None, typer.Option("--config", metavar="FILE", help="the settings file (docs/settings.md)")]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON, one object a line")]
