"""The storage room: what was promised about a recorded line, tried."""
