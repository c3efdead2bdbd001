"""What it cost: usage times price, in whole nano-dollars."""

from yumen.meter.overrides import Price
from yumen.meter.prices import FREE, Prices
from yumen.meter.stage import Meter

__all__ = ["FREE", "Meter", "Price", "Prices"]
