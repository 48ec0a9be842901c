"""The fonts of a letter: what the setting names and finds, else the CJK font of a pinned package; never a failure.

Without the setting no font of the system is looked at: every host then makes the same bytes of the same letter.
"""

from dataclasses import dataclass
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import typst
from django.conf import settings

SYSTEM = "system"
"""Instead of a folder: the fonts that are installed on this machine."""
LAST = "Noto Sans CJK SC"
"""The family of the package's font: always there, always last."""
BROUGHT = "Libertinus Serif"
"""What the compiler brings itself: letters and digits of the Latin script."""
USUAL: dict[str, tuple[str, ...]] = {
    "body": ("FangSong", "FangSong_GB2312", "仿宋", "FZFangSong-Z02S", "FandolFang R", "Noto Serif CJK SC"),
    "title": ("FZXiaoBiaoSong-B05S", "方正小标宋简体", "STSong", "FandolSong", "Noto Serif CJK SC"),
    "hei": ("SimHei", "黑体", "FZHei-B01S", "FandolHei"),
    "kai": ("KaiTi", "KaiTi_GB2312", "楷体_GB2312", "楷体", "FZKai-Z03S", "FandolKai"),
    "number": ("SimSun", "宋体", "Noto Serif CJK SC", BROUGHT),
}
"""Families by their use, best first: GB/T 9704-2012 asks for 仿宋, 小标宋, 黑体, 楷体, and 宋体 for page numbers."""


@dataclass(frozen=True)
class Faces:
    """The fonts to compile with, and for each use the families that are there."""

    fonts: typst.Fonts
    families: dict[str, list[str]]


@cache
def faces() -> Faces:
    """The fonts of this process; looked for once."""
    return look_for(settings.FONTS)


def look_for(setting: str) -> Faces:
    """The fonts that ZHIJIA_FONTS names: "folder;use=family,family;…", each part optional, folder or "system" first.

    A folder or family that is not there is passed over.
    """
    first, *others = [part.strip() for part in setting.split(";")]
    wanted = dict(USUAL)
    for part in [first, *others]:
        use, equals, names = part.partition("=")
        if equals and use.strip() in USUAL:
            wanted[use.strip()] = tuple(name.strip() for name in names.split(",") if name.strip())
    folder = "" if "=" in first else first
    folders = [folder] if folder not in ("", SYSTEM) and Path(folder).is_dir() else []
    fonts = typst.Fonts(
        include_system_fonts=folder == SYSTEM, include_embedded_fonts=True, font_paths=[*folders, *_packaged()]
    )
    there = {name.lower(): name for name in fonts.families()}
    families = {
        use: list(dict.fromkeys(there[name.lower()] for name in (*names, LAST, BROUGHT) if name.lower() in there))
        for use, names in wanted.items()
    }
    return Faces(fonts, families)


def _packaged() -> list[str]:
    """The folder of the packaged font; none where the package is missing, and then what the compiler brings must do."""
    found = find_spec("noto_cjk_sans_otc")
    return [str(Path(found.origin).parent)] if found and found.origin else []
