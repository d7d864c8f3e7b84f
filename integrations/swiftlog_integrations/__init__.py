"""Thin adapters: CI providers, forges, notifiers, explainers, hooks."""
