"""The API: everything the pages do, for machines."""
