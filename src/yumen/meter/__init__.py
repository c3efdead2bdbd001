"""What it cost: usage times price, in whole nano-dollars."""

from yumen.meter.need import TOKENS_ALONE, Need
from yumen.meter.overrides import Price, UpstreamPrices
from yumen.meter.prices import FREE, SANDBOX, Prices
from yumen.meter.quote import Quoting
from yumen.meter.stage import Meter

__all__ = ["FREE", "SANDBOX", "TOKENS_ALONE", "Meter", "Need", "Price", "Prices", "Quoting", "UpstreamPrices"]
