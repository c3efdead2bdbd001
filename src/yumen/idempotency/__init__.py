"""A request that is repeated with its idempotency key gets the answer of the first, and costs nothing."""

__all__: list[str] = []
