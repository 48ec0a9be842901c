"""The board: rates with their denominators, by region and month."""
