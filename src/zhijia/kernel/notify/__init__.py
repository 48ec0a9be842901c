"""One outbox of messages to people, many adapters; every message obeys the safe-contact profile."""
