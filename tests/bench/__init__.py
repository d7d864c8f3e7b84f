"""Measures the budgets, each with its peer in the same run. See docs/benchmarks.md."""
