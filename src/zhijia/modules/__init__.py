"""One folder, one domain. No module imports another."""
