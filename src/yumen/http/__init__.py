"""The connection: HTTP/1.1 both ways, framing, limits, TLS. Knows no Claude."""

from yumen.http.budget import ByteBudget
from yumen.http.client import ClientConnection, Sink
from yumen.http.connection import SHUTDOWN
from yumen.http.head import Head
from yumen.http.headers import HOP_BY_HOP, Headers, connection_tokens, field_lines
from yumen.http.options import PoolOptions, Refusal, ServerOptions
from yumen.http.pool import Origin, Pool
from yumen.http.reply import Reply, Tee
from yumen.http.request import Request
from yumen.http.server import Handler, Server, serve

__all__ = [
    "HOP_BY_HOP",
    "SHUTDOWN",
    "ByteBudget",
    "ClientConnection",
    "Handler",
    "Head",
    "Headers",
    "Origin",
    "Pool",
    "PoolOptions",
    "Refusal",
    "Reply",
    "Request",
    "Server",
    "ServerOptions",
    "Sink",
    "Tee",
    "connection_tokens",
    "field_lines",
    "serve",
]
