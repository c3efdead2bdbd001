"""The playground: prompts are tried there with any model, side by side, saved and shared."""

from yumen.console.pages.playground.table import PAGES

__all__ = ["PAGES"]
