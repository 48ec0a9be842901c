"""Telephony of the hotline: what an exchange reports, who sits at the desk, how a call ends, and how well it went."""
