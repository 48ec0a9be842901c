"""The dismissal-notice inbox: the employer tells the union the reason before it dismisses somebody (LCL 43)."""
