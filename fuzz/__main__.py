"""`make fuzz`: run cases until told to stop, and fail where a difference has no reason."""

from __future__ import annotations

import argparse
import asyncio
import sys

import uvloop

from fuzz.differences import LISTED
from fuzz.run import run


def main() -> int:
    """Run, print the report, and return 1 where there is a defect."""
    parser = argparse.ArgumentParser(prog="make fuzz", description=__doc__)
    parser.add_argument("--seed", type=int, default=1, help="the first case's seed (default: 1)")
    parser.add_argument("--cases", type=int, default=30_000, help="how many cases (default: 30000)")
    options = parser.parse_args()
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        report = runner.run(run(options.seed, options.cases))
    print(f"{report.cases} cases of seed {options.seed}")
    print(f"{report.accepted:6} requests read alike")
    print(f"{report.stricter:6} cases of which we refused something that h11 takes")
    for name, count in report.listed.most_common():
        print(f"{count:6} listed: {name}. {LISTED[name][0]}")
    for defect in report.defects[:20]:
        print(f"\nDEFECT: {defect}")
    print(f"\n{len(report.defects)} differences without a reason")
    return 1 if report.defects else 0


if __name__ == "__main__":
    sys.exit(main())
