"""Persons, accounts and posts; the vault that holds personal data."""
