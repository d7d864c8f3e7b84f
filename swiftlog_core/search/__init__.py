"""Patterns over log text: literal, Hyperscan, RE2."""
