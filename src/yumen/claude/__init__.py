"""The wire of Claude's API, pure: endpoints, requests, answers, events, errors, tokens, models. Does no input or output."""

from yumen.claude.answer import MessageTap, StreamTap, Tap
from yumen.claude.chat import ChatTap
from yumen.claude.endpoints import OTHER, Endpoint, Intake, Match, Shape, allowed_methods, find_endpoint, plain_path
from yumen.claude.faults import ErrorSaid, error_body, error_event, read_error
from yumen.claude.inflate import InflatingTap
from yumen.claude.request import NOTHING, RequestView, read_fields, view_request
from yumen.claude.sse import EventCutter, event, event_data, event_name
from yumen.claude.tokens import RunningEstimate, estimate_lengths, estimate_request, estimate_text
from yumen.claude.usage import Usage

__all__ = [
    "NOTHING",
    "OTHER",
    "ChatTap",
    "Endpoint",
    "ErrorSaid",
    "EventCutter",
    "InflatingTap",
    "Intake",
    "Match",
    "MessageTap",
    "RequestView",
    "RunningEstimate",
    "Shape",
    "StreamTap",
    "Tap",
    "Usage",
    "allowed_methods",
    "error_body",
    "error_event",
    "estimate_lengths",
    "estimate_request",
    "estimate_text",
    "event",
    "event_data",
    "event_name",
    "find_endpoint",
    "plain_path",
    "read_error",
    "read_fields",
    "view_request",
]
