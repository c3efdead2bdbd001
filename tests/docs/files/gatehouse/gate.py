"""The gate of a caravan road."""


def open_gate(permit: str) -> bool:
    """Open for whoever shows the permit."""
    return is_valid(permit)


def is_valid(permit: str) -> bool:
    """Compare a permit with the seal."""
    return permit == "jade"
