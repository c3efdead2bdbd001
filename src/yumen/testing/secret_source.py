"""The suite that any `Source` of secrets can be held to: subclass `SecretSourceSuite` in a test file and give it a fixture named `bench`.

    class TestMine(SecretSourceSuite):
        @pytest.fixture
        def bench(self):
            store = MyStore()
            return SecretBench(MySource(store), parse("mine:a-name"), store.put, remove=store.clear)

It needs pytest.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from typing import TYPE_CHECKING

import pytest

from yumen.secrets import SecretMissing, Stage, StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from yumen.secrets import Reference, Source

FIRST = "sk-ant-api03-the-first-value-of-the-suite"
SECOND = "sk-ant-api03-the-second-value-of-the-suite"
ODD = [FIRST, f"{FIRST}\n", f" \t{FIRST}\r\n", "钥匙-🗝-key", '{"key": "value"}']
"""Texts that a store may hold; trimming and judging them is not a source's part."""
THREADS = 8


class SecretBench:
    """One source on the bench, with a secret of its own, which it may put and remove; `outage` makes the store unreachable for a while."""

    def __init__(
        self,
        source: Source,
        reference: Reference,
        put: Callable[[str], None],
        *,
        remove: Callable[[], None],
        outage: Callable[[], AbstractContextManager[None]] | None = None,
    ) -> None:
        """Take the source and what the store does; `outage` is left out where a store cannot be unreachable."""
        self.source = source
        self.reference = reference
        self.put = put
        self.remove = remove
        self.outage = outage


class SecretSourceSuite:
    """Everything that a source of secrets promises."""

    @pytest.mark.parametrize("text", ODD)
    def test_what_was_stored_comes_back_as_it_was_stored(self, bench: SecretBench, text: str) -> None:
        """A source changes no character, white space and line ends included."""
        bench.put(text)
        assert bench.source.fetch(bench.reference) == text

    def test_each_fetch_asks_the_store(self, bench: SecretBench) -> None:
        """A source keeps nothing: a new value is seen by the next fetch."""
        bench.put(FIRST)
        assert bench.source.fetch(bench.reference) == FIRST
        bench.put(SECOND)
        assert bench.source.fetch(bench.reference) == SECOND

    def test_what_is_gone_is_missing_and_is_named(self, bench: SecretBench) -> None:
        """A secret that was removed is SecretMissing, in a sentence with the reference and without what was stored."""
        bench.put(FIRST)
        bench.source.fetch(bench.reference)
        bench.remove()
        with pytest.raises(SecretMissing) as caught:
            bench.source.fetch(bench.reference)
        is_a_sentence(caught.value, bench.reference)

    @pytest.mark.parametrize("stage", [Stage.PENDING, Stage.PREVIOUS])
    def test_another_stage_is_another_value_or_missing(self, bench: SecretBench, stage: Stage) -> None:
        """What is to come, and what was before, is never the current value under another name."""
        bench.put(FIRST)
        bench.put(SECOND)
        try:
            assert bench.source.fetch(bench.reference, stage) == FIRST
        except SecretMissing as missing:
            is_a_sentence(missing, bench.reference)

    def test_threads_may_fetch_side_by_side(self, bench: SecretBench) -> None:
        """A source is for any thread, from its first fetch on."""
        bench.put(FIRST)
        with ThreadPoolExecutor(THREADS) as pool:
            assert set(pool.map(bench.source.fetch, [bench.reference] * THREADS * 2)) == {FIRST}

    @pytest.mark.parametrize("known", [True, False], ids=["known", "fresh"])
    def test_an_outage_is_an_outage_and_no_more(self, bench: SecretBench, *, known: bool) -> None:
        """While the store cannot be reached it is StoreUnavailable, never SecretMissing; after it the secret is fetched again."""
        if bench.outage is None:
            pytest.skip("this store is always reachable")
        bench.put(FIRST)
        with ExitStack() as stack:
            if known:
                bench.source.fetch(bench.reference)
            stack.enter_context(bench.outage())
            with pytest.raises(StoreUnavailable) as caught:
                bench.source.fetch(bench.reference)
            is_a_sentence(caught.value, bench.reference)
        assert bench.source.fetch(bench.reference) == FIRST


def is_a_sentence(error: Exception, reference: Reference) -> None:
    """Hold a failure to what every failure promises: one sentence that names the reference and never the value."""
    text = str(error)
    assert str(reference) in text
    assert text.endswith(".")
    assert "\n" not in text
    assert FIRST not in text
    assert SECOND not in text
    assert len(error.args) == 1
