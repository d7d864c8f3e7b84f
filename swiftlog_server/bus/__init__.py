"""The event bus: hints that something about a run has changed."""
