"""Generated from swiftlog.proto by `make proto`; never edited."""
