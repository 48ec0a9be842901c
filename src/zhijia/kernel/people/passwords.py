"""What makes a password good enough: long, not common, not about its owner, not in a list of leaked ones.

Each refusal says how to mend it. For settings.AUTH_PASSWORD_VALIDATORS.
"""

import hashlib
import os
import re
from typing import BinaryIO

from django.conf import settings
from django.contrib.auth.password_validation import CommonPasswordValidator, UserAttributeSimilarityValidator
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from zhijia.kernel.base.errors import Misconfigured, Text

from . import vault
from .models import Account

LEAST = 10
"""Characters of the shortest password."""
_RUN = re.compile(r"\d{11,}")


class LongEnough:
    """At least ten characters, spaces too."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002
        """Raises ValidationError for a shorter one."""
        if len(password) < LEAST:
            raise ValidationError(str(self.get_help_text()), code="password_too_short")

    def get_help_text(self) -> Text:
        """What is asked for."""
        return _("Write at least 10 characters. Three words that have nothing to do with each other are easy to keep.")


class NotCommon(CommonPasswordValidator):
    """Not among the passwords that everybody uses, and not digits alone."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002
        """Raises ValidationError for one that is guessed first."""
        common = _(
            "This password is among the first that are guessed. Put words in it that only you would put together."
        )
        if password.isdigit():
            raise ValidationError(_("Digits alone are guessed fast. Add words."), code="password_entirely_numeric")
        try:
            super().validate(password)
        except ValidationError as error:
            raise ValidationError(common, code="password_too_common") from error


class NotAboutYou(UserAttributeSimilarityValidator):
    """Not one's login, name or phone. The phone is compared by its blind index; nothing is decrypted."""

    def __init__(self) -> None:
        super().__init__(user_attributes=("login", "name"))

    def validate(self, password: str, user: object = None) -> None:
        """Raises ValidationError for what others know about the owner."""
        words = _("This is too much like your login, name or phone. Take words that nobody connects with you.")
        try:
            super().validate(password, user)  # type: ignore[arg-type]
        except ValidationError as error:
            raise ValidationError(words, code="password_too_similar") from error
        if isinstance(user, Account) and _holds_phone(password, user):
            raise ValidationError(words, code="password_too_similar")


class NotLeaked:
    """Not in the operator's list of leaked passwords (settings.LEAKED_PASSWORDS), where there is one."""

    def validate(self, password: str, user: object = None) -> None:  # noqa: ARG002
        """Raises ValidationError for a listed one, Misconfigured when the list cannot be read."""
        if settings.LEAKED_PASSWORDS and times_leaked(password, settings.LEAKED_PASSWORDS):
            words = _("This password was stolen somewhere and stands in lists that attackers try. Take a new one.")
            raise ValidationError(words, code="password_leaked")


def times_leaked(password: str, path: str) -> int:
    """How often `password` stands in a file of lines `SHA-1:COUNT` sorted by hash, as Have I Been Pwned gives it out;
    0 when it does not. A binary search of about 40 reads, whatever the file's size. Raises Misconfigured."""
    wanted = hashlib.sha1(password.encode("utf-8", "surrogatepass"), usedforsecurity=False).hexdigest().upper().encode()
    try:
        with open(path, "rb") as file:
            return _search(file, wanted)
    except OSError as error:
        raise Misconfigured(f"ZHIJIA_LEAKED_PASSWORDS names a file that cannot be read: {error.strerror}") from error


def _search(file: BinaryIO, wanted: bytes) -> int:
    """The count on the line of `wanted`. Lines before `low` are smaller, the line at or after `high` is not."""
    low, high = 0, file.seek(0, os.SEEK_END)
    while low < high:
        middle = (low + high) // 2
        file.seek(middle)
        if middle:
            file.seek(middle - 1)
            file.readline()  # the rest of the line that `middle` fell into
        line = file.readline()
        found = line.partition(b":")[0].strip().upper()
        if not line or found > wanted:
            high = middle
        elif found < wanted:
            low = max(file.tell(), middle + 1)
        else:
            return int(line.partition(b":")[2].strip() or 1)
    return 0


def _holds_phone(password: str, account: Account) -> bool:
    index = bytes(account.person.phone_index or b"") if account.person else b""
    runs = (run for run in _RUN.findall(re.sub(r"[\s-]", "", password)) if index)
    return any(
        vault.blind(run[at : at + 11], purpose="phone") == index
        for run in runs
        for at in range(min(len(run) - 10, 40))
        if run[at] == "1" and run[at + 1] in "3456789"
    )
