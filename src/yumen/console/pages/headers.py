"""The headers of every page: what a browser may load, run and show in frames (OWASP secure headers; CSP 3; Trusted Types)."""

from __future__ import annotations

DIRECTIVES = (
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
)
POLICY = "; ".join(DIRECTIVES)
"""No inline script or style, no eval, nothing from elsewhere, and no string becomes markup or script in the browser."""

ALWAYS = {
    "content-security-policy": POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
"""`same-origin` rather than `no-referrer`: with the latter browsers send `Origin: null` with forms, by which they are told apart."""

UNCACHED = {"cache-control": "no-store"}
FOR_TLS = {"strict-transport-security": "max-age=63072000"}
"""Where the console is reached by TLS."""
