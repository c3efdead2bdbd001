"""The other side: h11, an implementation of the RFCs in plain Python, which shares no code with our parser."""

from __future__ import annotations

import h11

from fuzz.outcome import Outcome, read

LIMIT = 1 << 20


def their_outcome(data: bytes) -> Outcome:
    """Read all requests, each with a connection of its own: so empty lines before one can be skipped, as RFC 9112 §2.2 asks."""
    outcome = Outcome()
    rest = data.lstrip(b"\r\n")
    while rest:
        connection = h11.Connection(h11.SERVER, max_incomplete_event_size=LIMIT)
        connection.receive_data(rest)
        try:
            whole = read_one(connection, outcome)
        except h11.RemoteProtocolError as error:
            outcome.refused = str(error)
            break
        if not whole or connection.our_state is h11.MUST_CLOSE:
            break
        rest = connection.trailing_data[0].lstrip(b"\r\n")
    return outcome


def read_one(connection: h11.Connection, outcome: Outcome) -> bool:
    """Read a request and its body, and answer it, not by 200: that would begin a tunnel after CONNECT. False: it is not whole."""
    request = connection.next_event()
    if not isinstance(request, h11.Request):
        return False
    body = b""
    while isinstance(event := connection.next_event(), h11.Data):
        body += bytes(event.data)
    if not isinstance(event, h11.EndOfMessage):
        return False
    headers = list(request.headers.raw_items())
    outcome.requests.append(read(request.method.decode(), request.target, request.http_version.decode(), headers, body))
    connection.send(h11.Response(status_code=404, headers=[("content-length", "0")]))
    connection.send(h11.EndOfMessage())
    return True
