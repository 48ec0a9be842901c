"""Counts, rates and durations by region and month, kept in the transaction that changes them."""
