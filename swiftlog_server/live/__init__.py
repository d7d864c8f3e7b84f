"""Live logs over WebSocket: catch-up from the store, hints from the bus."""
