"""The runs on this machine: index, open, baseline, retention, sync."""
