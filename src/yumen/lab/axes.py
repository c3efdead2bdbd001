"""Which axes a model has, pure: whether it takes a temperature, and which efforts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from yumen.claude.model import Sampling
from yumen.claude.models import find_model
from yumen.errors import OperatorError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from yumen.lab.values import Point

WITH_AXES = ("claude-haiku-4-5", "claude-sonnet-4-6")
"""Models that take any temperature; the second has efforts too."""
DEFAULT_TEMPERATURE = 1.0
MOST_TEMPERATURE = 1.0


def check_axes(model: str, points: Sequence[Point]) -> None:
    """Raise OperatorError where a model is known to refuse a point; a name that is not known is left to the server."""
    for point in points:
        if point.temperature is not None and not 0 <= point.temperature <= MOST_TEMPERATURE:
            raise OperatorError("a temperature lies between 0 and 1, and {value} does not", value=f"{point.temperature:g}")
        if refuses_temperature(model, point):
            raise temperature_refused(model)
        if refuses_effort(model, point):
            raise effort_refused(model, str(point.effort))


def model_for(model: str, points: Sequence[Point]) -> str:
    """Return the model, or the first of those with axes where it refuses a point that they take; nobody has named one."""
    for candidate in (model, *WITH_AXES):
        if not any(refuses_temperature(candidate, point) or refuses_effort(candidate, point) for point in points):
            return candidate
    return model


def refuses_temperature(model: str, point: Point) -> bool:
    """Whether a model is known to refuse a point's temperature: models from 4.7 on take the default alone."""
    known = find_model(model)
    return known is not None and known.features.sampling is Sampling.DEFAULTS and point.temperature not in (None, DEFAULT_TEMPERATURE)


def refuses_effort(model: str, point: Point) -> bool:
    """Whether a model is known to refuse a point's effort."""
    known = find_model(model)
    return known is not None and point.effort is not None and point.effort not in known.features.efforts


def temperature_refused(model: str) -> OperatorError:
    """Return what is said where a model takes no temperature: the axis that it has instead."""
    known = find_model(model)
    efforts = ",".join(known.features.efforts) if known else "low,medium,high"
    return OperatorError(
        "{model} refuses temperature: newer models take the default 1 alone. Vary the effort instead (--effort {efforts}), "
        "or ask a model that takes a temperature (--model {other})",
        model=model,
        efforts=efforts or "low,high",
        other=WITH_AXES[0],
    )


def effort_refused(model: str, effort: str) -> OperatorError:
    """Return what is said where a model does not know an effort."""
    known = find_model(model)
    if known is not None and known.features.efforts:
        efforts = ",".join(known.features.efforts)
        return OperatorError("{model} does not know the effort {effort}: it has {efforts}", model=model, effort=effort, efforts=efforts)
    return OperatorError("{model} has no effort; try --model {other}", model=model, effort=effort, other=WITH_AXES[1])
