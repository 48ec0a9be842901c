"""A name says what its sender meant, and can do nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zhijia.kernel.files.names import clean_name


@pytest.mark.parametrize(
    ("name", "clean"),
    [
        ("工资条.png", "工资条.jpg"),
        ("../../etc/passwd", "passwd.jpg"),
        ("..\\..\\C:\\Windows\\win.ini", "win.jpg"),
        ("/", "file.jpg"),
        ("", "file.jpg"),
        ("...", "file.jpg"),
        (".htaccess", "htaccess.jpg"),
        ("photo\u202egpj.exe", "photogpj.jpg"),
        ("a\u200b\u2066b\ufeff.jpg", "ab.jpg"),
        ("a\x00b\nc\x7f.jpg", "abc.jpg"),
        ("photo.рng", "photo.jpg"),  # a Cyrillic letter in the ending
        ("photo․ｅｘｅ", "photo.jpg"),  # a leader for the full stop, full-width letters
        ("a／b／工资.jpg", "工资.jpg"),  # full-width strokes are strokes
        ("CON", "_CON.jpg"),
        ("nul.tar.gz", "_nul.tar.jpg"),
        ("com1.jpg", "_com1.jpg"),
        ('a<b>:"|?*c.jpg', "a_b______c.jpg"),
        ("2025.03 工资表 终稿.最终版本二零二五年三月", "2025.03 工资表 终稿.最终版本二零二五年三月.jpg"),
        ("  a   b . ", "a b.jpg"),
        ("\ud800x.jpg", "x.jpg"),
    ],
)
def test_name_is_cleaned_and_ends_as_its_content(name: str, clean: str) -> None:
    assert clean_name(name, ".jpg") == clean


def test_name_of_a_megabyte_is_cut_within_a_moment() -> None:
    name = clean_name("工" * 2**20 + ".jpg", ".jpg")
    assert (len(name.encode()), name[:2], name[-4:]) == (184, "工工", ".jpg")


@given(st.text(max_size=300))
def test_no_name_leaves_its_folder_or_hides_a_character(name: str) -> None:
    clean = clean_name(name, ".pdf")
    assert clean == clean_name(clean, ".pdf")
    assert (clean.isprintable(), clean.endswith(".pdf"), len(clean.encode()) < 200) == (True, True, True)
    assert not {"/", "\\", "\0", ":", "\u202e"} & set(clean)
    assert not clean.startswith((".", " "))
