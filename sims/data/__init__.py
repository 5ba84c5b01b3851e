"""Pictures: read, made, resized, shown."""
