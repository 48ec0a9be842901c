"""The default letterhead for Word: a .docx with the geometry of GB/T 9704-2012, made by this file and nothing else.

An operator takes it (`zhijia texts letterhead FILE`), puts the mark of the organisation on it, and names it in
ZHIJIA_LETTERHEAD. What stands in {{ }} and {% %} in it is filled by docxtpl; it comes from the operator's disk alone.
"""

from functools import cache
from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

PITCH = 28.95
"""Points from line to line: 22 in 225 mm."""
CELL = 15.8
"""Points from character to character: 28 in 156 mm."""
RED = RGBColor(0xD7, 0x00, 0x0F)
FACES = {"Body": "仿宋", "Title": "方正小标宋简体", "Hei": "黑体", "Kai": "楷体"}


@cache
def default() -> bytes:
    """The .docx, built once for each process."""
    document = Document()
    _page(document)
    _styles(document)
    _head(document)
    _body(document)
    _foot(document)
    held = BytesIO()
    document.save(held)
    return held.getvalue()


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.header_distance, section.footer_distance = Mm(15), Mm(25)
    grid = section._sectPr.find(qn("w:docGrid"))
    if grid is None:
        grid = OxmlElement("w:docGrid")
        section._sectPr.append(grid)
    set_values(grid, type="linesAndChars", linePitch=str(round(PITCH * 20)), charSpace=str(round((CELL - 16) * 4096)))
    document.settings.odd_and_even_pages_header_footer = True


def _styles(document: Any) -> None:
    normal = document.styles["Normal"]
    _font(normal, "仿宋", 16)
    form = normal.paragraph_format
    form.space_before = form.space_after = Pt(0)
    form.line_spacing_rule, form.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(PITCH)
    for name, base, face, size, indent in (
        ("Letter text", "Normal", "仿宋", 16, 2), ("Letter title", "Normal", FACES["Title"], 22, 0),
        ("Letter heading 1", "Normal", FACES["Hei"], 16, 2), ("Letter heading 2", "Normal", FACES["Kai"], 16, 2),
        ("Letter cell", "Normal", "仿宋", 12, 0), ("Letter mark", "Normal", FACES["Title"], 40, 0),
    ):  # fmt: skip
        style = document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
        style.base_style = document.styles[base]
        _font(style, face, size)
        style.paragraph_format.first_line_indent = Pt(CELL * indent)
        style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    for name in ("Letter title", "Letter mark"):
        document.styles[name].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    for name in ("Letter cell", "Letter mark"):
        document.styles[name].paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
    document.styles["Letter cell"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER


def _head(document: Any) -> None:
    """The red mark, where the kind of letter has one; the number; the title; to whom."""
    add = document.add_paragraph
    add("{%p if mark %}")
    add("（{{ mark }}）").alignment = WD_ALIGN_PARAGRAPH.CENTER
    add("{%p endif %}")
    add("{%p if form != 'plain' %}")
    run = add(style="Letter mark").add_run("{{ issuer }}{% if form == 'document' %}文件{% endif %}")
    run.font.color.rgb = RED
    rule = add("{{ number }}")
    rule.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _border(rule, "top")
    add("{%p else %}")
    add("{{ number }}").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    add("{%p endif %}")
    add("{%p if signer %}")
    add("签发人：{{ signer }}").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    add("{%p endif %}")
    add("")
    add("{{ title }}", style="Letter title")
    add("")
    add("{%p if to %}")
    add("{{ to }}：")
    add("{%p endif %}")


def _body(document: Any) -> None:
    add = document.add_paragraph
    add("{%p for block in blocks %}")
    for test, style in (
        ("if block.type == 'heading' and block.level == 1", "Letter heading 1"),
        ("elif block.type == 'heading' and block.level == 2", "Letter heading 2"),
        ("elif block.type != 'table'", "Letter text"),
    ):
        add(f"{{%p {test} %}}")
        add("{{ block.words }}", style=style)
    add("{%p else %}")
    _table(document)
    add("{%p endif %}")
    add("{%p endfor %}")
    add("{%p if annex %}")
    add("")
    add("附件：{{ table.title }}", style="Letter text")
    add("{%p endif %}")
    add("")
    add("")
    for words in ("{{ sign[0] }}", "{{ sign[1] }}"):
        line = add(words)
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        line.paragraph_format.right_indent = Pt(4 * CELL)
    add("{%p if copies %}")
    add("抄送：{{ copies }}")
    add("{%p endif %}")
    add("{%p if annex %}")
    first = add(style="Letter heading 1")
    first.paragraph_format.page_break_before = True
    first.paragraph_format.first_line_indent = Pt(0)
    first.add_run("附件")
    add("")
    add("{{ table.title }}", style="Letter title")
    add("")
    _table(document)
    add("{%p endif %}")


def _table(document: Any) -> None:
    """Head repeated on every page, a line for each row, none broken over a page, and the sum."""
    table = document.add_table(rows=0, cols=3, style="Table Grid")
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    for before, some, after in (
        ("", "table.head", ""), ("tr for row in table.rows", "row", "tr endfor"),
        ("tr if table.sum", "table.sum", "tr endif"),
    ):  # fmt: skip
        if before:
            _cells(document, table, f"{{%{before} %}}", "", "")
        row = _cells(document, table, f"{{%tc for words in {some} %}}", "{{ words }}", "{%tc endfor %}")
        properties = row._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if not before:
            properties.append(OxmlElement("w:tblHeader"))
        if after:
            _cells(document, table, f"{{%{after} %}}", "", "")


def _cells(document: Any, table: Any, *words: str) -> Any:
    row = table.add_row()
    for cell, said in zip(row.cells, words, strict=True):
        cell.paragraphs[0].style = document.styles["Letter cell"]
        cell.paragraphs[0].add_run(said)
    return row


def _foot(document: Any) -> None:
    """Page numbers of size four between dashes, odd right and even left, a character from the edge."""
    section = document.sections[0]
    odd, even = section.footer, section.even_page_footer
    for footer, side in ((odd, WD_ALIGN_PARAGRAPH.RIGHT), (even, WD_ALIGN_PARAGRAPH.LEFT)):
        paragraph = footer.paragraphs[0]
        paragraph.alignment = side
        paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Pt(14)
        paragraph.add_run("— ").font.size = Pt(14)
        number = paragraph.add_run()
        number.font.size = Pt(14)
        page_number(number)
        paragraph.add_run(" —").font.size = Pt(14)


def _font(style: Any, face: str, size: int) -> None:
    style.font.size, style.font.name = Pt(size), "Times New Roman"
    style.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)


def _border(paragraph: Any, side: str) -> None:
    borders, edge = OxmlElement("w:pBdr"), OxmlElement(f"w:{side}")
    set_values(edge, val="thickThinSmallGap", sz="18", space="4", color=str(RED))
    borders.append(edge)
    paragraph._p.get_or_add_pPr().append(borders)


def set_values(element: Any, **values: str) -> None:
    """Set attributes of Word's own namespace."""
    for name, value in values.items():
        element.set(qn(f"w:{name}"), value)


def page_number(run: Any) -> None:
    """Put the field into a run in which Word writes the number of the page."""
    for kind, words in (("begin", ""), ("", " PAGE "), ("end", "")):
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            set_values(part, fldCharType=kind)
        else:
            part.text = words
        run._r.append(part)
