"""Comparing a wrapped command with the bare one, case by case."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
