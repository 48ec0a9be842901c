"""Legal aid and the booking of lawyers."""
