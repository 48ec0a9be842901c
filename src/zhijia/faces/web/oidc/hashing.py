"""How secrets of partners are kept: one keyed round, because they are 32 random bytes and nobody guesses those.

The slow hash that passwords need would cost a tenth of a second of every token, and of every false try at one.
"""

from django.contrib.auth.hashers import PBKDF2PasswordHasher


class RandomSecretHasher(PBKDF2PasswordHasher):
    """PBKDF2-SHA-256 with a salt and one round. For secrets that we draw; never for what a person thinks up."""

    algorithm = "random_secret"
    iterations = 1
