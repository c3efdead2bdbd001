"""Differential fuzzing: what our side makes of a caller's bytes, beside what h11 makes of them."""
