"""WHAT IS KNOWN BY ITS FORM: personal numbers, accounts and secrets, recognised by check digits, not by guesses."""

from yumen.policy.recognisers.known import GROUPS, RECOGNISERS, recognisers_named
from yumen.policy.recognisers.together import Together
from yumen.policy.recognisers.values import Recogniser

__all__ = ["GROUPS", "RECOGNISERS", "Recogniser", "Together", "recognisers_named"]
