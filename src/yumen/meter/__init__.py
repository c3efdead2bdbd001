"""What it cost: usage times price, in whole nano-dollars."""

from yumen.meter.need import TOKENS_ALONE, Need
from yumen.meter.overrides import Price
from yumen.meter.prices import FREE, Prices
from yumen.meter.quote import Quoting
from yumen.meter.stage import Meter

__all__ = ["FREE", "TOKENS_ALONE", "Meter", "Need", "Price", "Prices", "Quoting"]
