"""Draws one sample: asks Claude with a point's parameters, under the API version that still knows them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from yumen.claude.usage import Usage
from yumen.clock import Clock
from yumen.errors import OperatorError
from yumen.lab.axes import effort_refused, temperature_refused
from yumen.lab.values import Sample

if TYPE_CHECKING:
    import anthropic

    from yumen.lab.values import Plan, Point
    from yumen.meter import Prices

VERSION = "2023-06-01"
"""The newest API version that takes `temperature`; 2026-10-21 refuses it on every model."""


class Asker:
    """Asks a plan's question; threads may share it."""

    def __init__(self, claude: anthropic.Anthropic, plan: Plan, prices: Prices, clock: Clock | None = None) -> None:
        """Ask that Claude, and reckon by those prices."""
        self._claude = claude
        self._plan = plan
        self._prices = prices
        self._clock = clock or Clock()

    def draw(self, point: Point, number: int) -> Sample:
        """Return one sample; raise OperatorError where the model refuses the parameter, or Claude does not answer."""
        began_ns = self._clock.elapsed_ns()
        message, request_id = self._asked(point)
        elapsed_ms = (self._clock.elapsed_ns() - began_ns) // 1_000_000
        usage = Usage(input_tokens=message.usage.input_tokens, output_tokens=message.usage.output_tokens)
        cost = self._prices.cost(message.model, usage, self._clock.now_us())
        return Sample(
            point=point,
            number=number,
            text="".join(block.text for block in message.content if block.type == "text"),
            stop_reason=message.stop_reason,
            input_tokens=usage.input_tokens,
            output_tokens=usage.output_tokens,
            elapsed_ms=elapsed_ms,
            cost_nanousd=None if cost is None else cost.nanousd,
            request_id=request_id,
            is_sandbox=bool(getattr(self._claude, "is_sandbox", False)),
        )

    def _asked(self, point: Point) -> tuple[anthropic.types.Message, str | None]:
        import anthropic  # noqa: PLC0415  (the SDK takes a second to load)

        # Streamed, since the SDK refuses to wait more than ten minutes for an answer in one piece. The parameters go through
        # `extra_body`: the SDK's 2.x line has no `temperature` of its own any more.
        try:
            with self._claude.messages.stream(
                model=self._plan.model,
                max_tokens=self._plan.max_tokens,
                messages=[{"role": "user", "content": self._plan.prompt}],
                extra_headers={"anthropic-version": VERSION},
                extra_body=parameters(self._plan, point),
            ) as stream:
                return stream.get_final_message(), stream.request_id
        except anthropic.BadRequestError as error:
            raise refusal(error.message, self._plan.model, point) or said(error) from error
        except anthropic.AnthropicError as error:
            raise said(error) from error


def parameters(plan: Plan, point: Point) -> dict[str, Any]:
    """Return what a point adds to the request's body."""
    output: dict[str, Any] = {} if point.effort is None else {"effort": point.effort}
    if plan.schema is not None:
        output["format"] = {"type": "json_schema", "schema": plan.schema}
    given = {"temperature": point.temperature, "output_config": output or None, "system": plan.system}
    return {name: value for name, value in given.items() if value is not None}


def refusal(message: str, model: str, point: Point) -> OperatorError | None:
    """Return what is said where a 400 is about the parameter that is varied; None where it is about something else."""
    if point.temperature is not None and "temperature" in message:
        return temperature_refused(model)
    if point.effort is not None and "effort" in message:
        return effort_refused(model, point.effort)
    return None


def said(error: anthropic.AnthropicError) -> OperatorError:
    """Return one of the SDK's errors as the command line says it."""
    return OperatorError("Claude did not answer: {reason}", reason=error)
