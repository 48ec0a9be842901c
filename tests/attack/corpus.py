"""What somebody who means harm types into a field. Each has a canary: if a page takes the words for markup, an element
or attribute named `zj…` stands in it."""

from collections.abc import Mapping

from tests.kernel.files import kit

SQL = ("' OR '1'='1", "'; DROP TABLE cases_case; --", "1) UNION SELECT NULL,version()--", "%' ESCAPE '", "\\")
TEMPLATES = ("{{ 7|add:7000 }}", "{% zj %}", "${7*7}", "{{ settings.SECRET_KEY }}", "%(zj)s %s %n", "{0.__class__}")
SHELLS = ("; id #", "$(id)", "`id`", "| cat /etc/passwd", "*)(uid=*))(|(uid=*")
HEADERS = ("x\r\nSet-Cookie: zj=1", "x\nLocation: https://zj.example", "x%0d%0aZj: 1")
PATHS = ("../../../../etc/passwd", "..\\..\\windows\\win.ini", "%2e%2e%2f", "/etc/passwd\0.jpg", "file:///etc/passwd")
SCRIPTS = (
    "<script>zj(1)</script><zjtag>",  # between elements
    '"><zjtag zjattr=1>',  # in an attribute with double quotes
    "'><zjtag zjattr=1>",  # with single ones
    '" zjattr="1',  # an attribute more
    "zj zjattr=1 ",  # in an attribute without quotes
    "</script><zjtag>",  # in a script
    "--><zjtag>",  # in a comment
    "</textarea></title></style><zjtag>",  # in elements that hold text only
    "javascript:zj(1)",  # in an address
    "<svg/onload=zj(1)><zjtag>",
)
"""The contexts in which words can become markup."""
FORMULAS = ("=1+1", "+zj", "-2+3", "@SUM(A1)", "\t=1+1", "\r=1", "=cmd|'/c calc'!A0", "＝1+1", '=HYPERLINK("//zj")')
LETTERS = (
    "a\0b", "\ud800", "\udfff\ud800", "\u202egnp.exe", "\u2066zj\u2069", "zero\u200bwidth\ufeff", "Аlice", "張\u0301三",
    "👩‍👩‍👧‍👦🏳️‍🌈", "Z̸͑̾a̷͝l̵̛g̶̚o̴", "\x1b[31m", "\x07\x08", "𠮷野家", "ﷺ" * 50, "ı İ ß ﬁ",
)  # fmt: skip
NUMBERS = (
    "-1",
    "0",
    "9" * 400,
    "1e999",
    "NaN",
    "Infinity",
    "0x10",
    "١٢٣",
    "1_000",
    "2147483648",
    "9223372036854775808",
)
DATES = ("0000-00-00", "9999-12-31", "2026-02-30", "-0001-01-01", "2026-W01", "1970-01-01T00:00:00Z", "+275760-09-13")
LONG = ("x" * 1_000_000, "職" * 50_000, "a b " * 20_000)
WORDS = (*SQL, *TEMPLATES, *SHELLS, *HEADERS, *PATHS, *SCRIPTS, *FORMULAS, *LETTERS, *NUMBERS, *DATES)
"""Everything that fits a field."""
OVERLONG = (b"%C0%AE%C0%AE/", b"%FF%FE", b"%ED%A0%80", b"%F8%88%80%80%80")
"""Percent-encoded bytes that are no UTF-8, or too long a way to write one letter."""
BODIES: Mapping[str, bytes] = {
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "deeper": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "nan": b'{"a": NaN, "b": Infinity, "c": -Infinity}',
    "huge": b'{"a": ' + b"9" * 5_000 + b"}",
    "twice": b'{"region": "110101", "region": "980102"}',
    "bom": b'\xef\xbb\xbf{"a": 1}',
    "utf16": '{"a": 1}'.encode("utf-16"),
    "torn": b'{"a": "\\ud800',
    "overlong": b'{"a": "\xc0\xae"}',
    "prototype": b'{"__proto__": {"is_staff": true}, "constructor": {"prototype": {}}}',
    "empty": b"",
}
"""Bodies that a parser of JSON might choke on."""


def files() -> dict[str, bytes]:
    """Files that mean harm, by the name they are sent under."""
    entity = '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY zj SYSTEM "file:///etc/passwd">]><x>&zj;</x>'
    return {
        "xxe.docx": kit.docx({"word/settings.xml": entity}), "xxe.xlsx": kit.xlsx({"xl/styles.xml": entity}),
        "bomb.docx": kit.docx({"word/bomb.xml": b"\0" * 30_000_000}), "huge.png": kit.huge_png(),
        "../../up.pdf": kit.pdf(), "\u202egnp.exe": kit.png(), "acting.pdf": kit.acting_pdf(), "=1+1.csv": b"=1+1",
        '"><zjtag>.jpg': kit.jpeg(), "not.pdf": b"<script>zj(1)</script>",
    }  # fmt: skip
