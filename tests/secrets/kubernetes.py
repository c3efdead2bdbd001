"""A false Kubernetes for OpenBao's login of pods: the one request of its API that OpenBao makes, the review of a token."""

from __future__ import annotations

import base64
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

NAMESPACE, ACCOUNT, UID = "gateways", "yumen", "8bf4c6bb-0000-4000-8000-000000000001"


class Kubernetes:
    """Makes tokens of one service account, and reviews them. A token that it was told to forget is no longer authenticated."""

    def __init__(self) -> None:
        """Make its key; it listens once it is entered."""
        self.forgotten: set[str] = set()
        self.reviewed: list[str] = []
        self._key = rsa.generate_private_key(65537, 2048)
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.01,))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"

    def __enter__(self) -> Self:
        """Begin."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """End."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def token(self, number: int = 1) -> str:
        """Return a token of the service account, as a pod finds it in its file."""
        account = {"namespace": NAMESPACE, "serviceaccount": {"name": ACCOUNT, "uid": UID}}
        claims = {
            "iss": "kubernetes",
            "sub": f"system:serviceaccount:{NAMESPACE}:{ACCOUNT}",
            "jti": str(number),
            "iat": 1_700_000_000,
            "nbf": 1_700_000_000,
            "exp": 4_000_000_000,
            "kubernetes.io": account,
        }
        text = f"{segment({'alg': 'RS256', 'typ': 'JWT'})}.{segment(claims)}"
        return f"{text}.{encoded(self._key.sign(text.encode(), padding.PKCS1v15(), hashes.SHA256()))}"

    def review(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Return the review with its status."""
        token = asked["spec"]["token"]
        self.reviewed.append(token)
        user = {"username": f"system:serviceaccount:{NAMESPACE}:{ACCOUNT}", "uid": UID, "groups": ["system:serviceaccounts"]}
        status = {"authenticated": False} if token in self.forgotten else {"authenticated": True, "user": user}
        return asked | {"status": status}

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        kubernetes = self

        class Handler(BaseHTTPRequestHandler):
            """Reviews tokens."""

            def do_POST(self) -> None:
                """Answer with the review."""
                asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
                body = json.dumps(kubernetes.review(asked)).encode()
                self.send_response(201)
                self.send_header("content-type", "application/json")
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                """Say nothing."""

        return Handler


def segment(part: dict[str, Any]) -> str:
    """Return a part of a token."""
    return encoded(json.dumps(part).encode())


def encoded(part: bytes) -> str:
    """Return bytes as a token holds them."""
    return base64.urlsafe_b64encode(part).rstrip(b"=").decode()
