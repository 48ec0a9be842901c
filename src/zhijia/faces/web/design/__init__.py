"""The design system: its page, and what its live components ask the server."""
