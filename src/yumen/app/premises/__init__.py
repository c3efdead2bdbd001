"""What the gateway says of itself to its operator: upstreams, secrets, settings, dependencies, alerts."""

from yumen.app.premises.opening import Seen, open_alerting, open_house

__all__ = ["Seen", "open_alerting", "open_house"]
