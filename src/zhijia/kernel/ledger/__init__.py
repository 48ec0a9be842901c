"""Double-entry postings in fen, quotas that cannot be oversold, and entitlements that are given once."""
