"""Draws the samples of a plan that are missing, several at a time, within a budget, each written down as it comes."""

from __future__ import annotations

from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import TYPE_CHECKING

import msgspec

from yumen.claude.tokens import estimate_request
from yumen.claude.usage import Usage

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from yumen.lab.record import Record
    from yumen.lab.values import Plan, Point, Sample
    from yumen.meter import Prices

INPUT_MARGIN = 1.3
"""An estimate of tokens is short by less than this in 19 of 20 texts."""


class Bounds(msgspec.Struct, frozen=True):
    """How much at a time, and for how much money; None: without a bound."""

    parallel: int = 4
    budget_nanousd: int | None = None
    one_nanousd: int | None = None
    """The most that one sample can cost; None: its price is not known."""


def dearest(plan: Plan, prices: Prices, time_us: int) -> int | None:
    """Return the most that one sample can cost, in nano-dollars: the input as estimated with a margin, and `max_tokens` of output."""
    schema = [] if plan.schema is None else [msgspec.json.encode(plan.schema)]
    tokens = estimate_request([plan.prompt, plan.system or "", *schema], plan.model)
    cost = prices.cost(plan.model, Usage(input_tokens=round(tokens * INPUT_MARGIN), output_tokens=plan.max_tokens), time_us)
    return None if cost is None else cost.nanousd


def run(draw: Callable[[Point, int], Sample], record: Record, missing: list[tuple[Point, int]], bounds: Bounds) -> Iterator[Sample]:
    """Yield the missing samples as they come, each in the record already; stop where the next could pass the budget.

    After a fault nothing new is begun; what is on its way is still waited for and kept, since it is paid; then the fault is raised.
    """
    spent = 0
    fault: BaseException | None = None
    todo = iter(missing)
    running: set[Future[Sample]] = set()

    def keep(point: Point, number: int) -> Sample:
        sample = draw(point, number)
        record.append(sample)
        return sample

    with ThreadPoolExecutor(bounds.parallel) as pool:
        while True:
            while fault is None and len(running) < bounds.parallel and _affordable(bounds, spent, len(running) + 1):
                asked = next(todo, None)
                if asked is None:
                    break
                running.add(pool.submit(keep, *asked))
            if not running:
                break
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                fault = fault or future.exception()
                if future.exception() is None:
                    spent += future.result().cost_nanousd or bounds.one_nanousd or 0
                    yield future.result()
    if fault is not None:
        raise fault


def _affordable(bounds: Bounds, spent_nanousd: int, running: int) -> bool:
    """Whether so many calls, each at its dearest, still fit the budget."""
    if bounds.budget_nanousd is None or bounds.one_nanousd is None:
        return True
    return spent_nanousd + running * bounds.one_nanousd <= bounds.budget_nanousd
