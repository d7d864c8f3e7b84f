"""Proto messages and the codec between them and events."""
