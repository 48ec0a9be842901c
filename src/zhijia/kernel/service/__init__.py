"""The service grammar and the engine that runs it."""
