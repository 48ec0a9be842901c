"""Keeping and letting go: retention, hold, disposal by two people, the shredder and its proof, packages."""
