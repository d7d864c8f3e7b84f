"""Organisations, projects and groups: where runs belong."""
