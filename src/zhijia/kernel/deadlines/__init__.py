"""The statutory clock: when a limit ends, what moved it, and why this date."""
