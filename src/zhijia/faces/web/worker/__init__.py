"""The worker: phone first; ask, follow, urge, confirm, rate, and see who looked."""
