"""A worker's rights over their own data, as a service with its own clock."""
