"""Ship frames to a server: gRPC, HTTP fallback, retry."""
