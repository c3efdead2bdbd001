"""The optional libraries of the analysis, loaded when they are needed; a clear sentence where they are missing."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from yumen.errors import OperatorError


def extra(module: str) -> Any:  # noqa: ANN401  (a module has no type of its own)
    """Return a library of the extra `analyze`; raise OperatorError where it is not installed."""
    try:
        return import_module(module)
    except ImportError as error:
        raise OperatorError("analysis needs {library}: pip install 'yumen[analyze]'", library=module.partition(".")[0]) from error
