"""What the text rules find: words in any disguise, patterns in linear time, and recognisers, as one matcher."""

from yumen.policy.matching.united import matcher_of

__all__ = ["matcher_of"]
