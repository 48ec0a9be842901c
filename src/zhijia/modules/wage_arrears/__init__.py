"""Unpaid wages: a team's claim from the first word to the last fen."""
