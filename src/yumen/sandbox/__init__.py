"""The sandbox: an offline Claude, honest about what it is."""

from yumen.sandbox.options import SandboxOptions
from yumen.sandbox.rules import Rule
from yumen.sandbox.server import Sandbox

__all__ = ["Rule", "Sandbox", "SandboxOptions"]
