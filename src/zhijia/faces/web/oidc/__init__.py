"""OpenID Connect both ways: partners where people sign in with us, providers that sign people in here (ADR 0017)."""
