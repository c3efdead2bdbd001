"""How a plan is carried out: it yields what is to be done and is sent what came of it, so that `await` or not, the plan is the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Generator

Step = TypeVar("Step")
Outcome = TypeVar("Outcome")
Result = TypeVar("Result")


def carry_out(plan: Generator[Step, Outcome, Result], do: Callable[[Step], Outcome]) -> Result:
    """Do a plan's steps and return its result. What `do` raises, the plan is told first; Ctrl-C closes it."""
    try:
        step = next(plan)
        while True:
            try:
                outcome = do(step)
            except Exception as error:  # noqa: BLE001  (the plan raises what it does not expect)
                step = plan.throw(error)
            else:
                step = plan.send(outcome)
    except StopIteration as end:
        result: Result = end.value
        return result
    finally:
        plan.close()


async def carry_out_async(plan: Generator[Step, Outcome, Result], do: Callable[[Step], Awaitable[Outcome]]) -> Result:
    """Do the same with steps that are awaited; one that is cancelled closes the plan."""
    try:
        step = next(plan)
        while True:
            try:
                outcome = await do(step)
            except Exception as error:  # noqa: BLE001  (the same)
                step = plan.throw(error)
            else:
                step = plan.send(outcome)
    except StopIteration as end:
        result: Result = end.value
        return result
    finally:
        plan.close()
