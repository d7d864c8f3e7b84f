"""Fixtures of these tests; the integration tests use the same."""

from __future__ import annotations

from tests.unit.swiftlog_cli.calling import data_dir, make_run, swiftlog

__all__ = ("data_dir", "make_run", "swiftlog")
