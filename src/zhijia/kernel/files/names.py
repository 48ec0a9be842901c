"""What a file is called here: a name that says what its sender meant and can do nothing else."""

import unicodedata

LONGEST = 180
"""Bytes of a stem: with its ending it fits every file system."""
_READ = 4096
"""Characters of a name that are looked at."""
_RESERVED = frozenset({"CON", "PRN", "AUX", "NUL", *(f"{port}{n}" for port in ("COM", "LPT") for n in range(10))})
_FORBIDDEN = str.maketrans(dict.fromkeys('<>:"|?*', "_"))


def clean_name(name: str, ending: str) -> str:
    """`name` without folders, without characters that nobody sees or that turn the text round, and with `ending`,
    which follows from the content and never from what the name says."""
    name = unicodedata.normalize("NFKC", name[-_READ:]).replace("\\", "/").rpartition("/")[2]
    # Cc control, Cf invisible and direction marks, Cs halves of characters, Co private, Cn nothing yet, Zl/Zp breaks
    name = "".join(c for c in name if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"))
    stem, dot, last = name.translate(_FORBIDDEN).rpartition(".")
    if not stem or len(last) > 8:  # a full stop before a title or within it begins no ending
        stem = f"{stem}{dot}{last}"
    stem = " ".join(stem.split()).strip(". ~")
    while len(stem.encode()) > LONGEST:
        stem = stem[:-1]
    stem = stem.rstrip(". ")
    if stem.partition(".")[0].strip().upper() in _RESERVED:
        stem = f"_{stem}"
    return (stem or "file") + ending
