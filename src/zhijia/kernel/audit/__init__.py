"""Append-only, SM3-hash-chained record of who did what and who READ what personal data, and why."""
