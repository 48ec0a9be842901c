"""Sign-in and security: password, passkeys, authenticator app, recovery codes, devices. One's own only."""
