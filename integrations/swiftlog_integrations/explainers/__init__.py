"""Plugins that put questions to models."""
