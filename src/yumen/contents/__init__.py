"""What was said, where a key asks that it is written down: sealed, bounded, and for a while."""

from yumen.contents.keeping import Keeping, KeepOptions
from yumen.contents.reading import Shown, read_kept, read_of
from yumen.contents.stage import Contents
from yumen.contents.store import ContentStore, Safe
from yumen.contents.values import Kept, Row, Sizes

__all__ = ["ContentStore", "Contents", "KeepOptions", "Keeping", "Kept", "Row", "Safe", "Shown", "Sizes", "read_kept", "read_of"]
