"""The desk: inbox, case page, bulk work, call-backs."""
