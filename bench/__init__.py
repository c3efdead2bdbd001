"""Measurements: what the gateway costs beside nginx and other gateways, and what it does in a long storm."""
