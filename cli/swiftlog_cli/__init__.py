"""The `swiftlog` command."""
