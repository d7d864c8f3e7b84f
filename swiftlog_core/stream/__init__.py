"""From bytes to durable frames: mask, frame, spool."""
