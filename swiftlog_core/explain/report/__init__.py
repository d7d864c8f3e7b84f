"""The explanation of a run in Markdown, each statement citing log lines.

``write`` composes it: an offline report from findings and excerpt, and under it,
when a model is at hand, those of the model's claims that check. Everything captured
is data here: it is fenced or put into code, never interpreted.
"""
