"""A paper as DOCX, for whoever must work on in a word processor: the same words, tables and drawings as the PDF."""

from io import BytesIO
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from zhijia.faces.drawing.ink import PAPER
from zhijia.kernel.documents.letterhead import page_number, set_values

from .blocks import Card, Cards, Chart, Heading, Paper, Para, Table
from .sheets import png

INK, SOFT, FAINT, BLUE = (RGBColor.from_string(c) for c in ("221F1A", "545047", "68625A", "1F4F74"))
SHADE, PALE, HAIR = "F6F3EC", "E4ECF2", "DDD6C8"
LATIN, CHINESE = "Arial", "微软雅黑"
TEXT_WIDTH = Mm(156)


def docx(paper: Paper) -> bytes:
    """The DOCX; only the file of the figures is hashed, so a word processor may change this one."""
    document = Document()
    brief = paper.form == "brief"
    _set_up(document, paper, brief=brief)
    if brief:
        _line(document, paper.issuer, 10.5, INK, bold=True)
        _line(document, f"{paper.title}  {paper.subtitle}", 18, BLUE, bold=True)
    else:
        _cover(document, paper)
    first = True
    for block in paper.blocks:
        if isinstance(block, Heading):
            heading = document.add_heading(block.words, block.level)
            heading.paragraph_format.page_break_before = block.level == 1 and not (first and brief)
            first = False
        elif isinstance(block, Para):
            _para(document, block)
        elif isinstance(block, Cards):
            _cards(document, block.cards)
        elif isinstance(block, Chart):
            _chart(document, block)
        else:
            _table(document, block)
    held = BytesIO()
    document.save(held)
    return held.getvalue()


def _set_up(document: Any, paper: Paper, *, brief: bool) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(27)
    section.top_margin = section.bottom_margin = Mm(15 if brief else 25)
    section.different_first_page_header_footer = not brief
    for name, size, colour, before, after in (
        ("Normal", 9.5 if brief else 10.5, INK, 0, 3 if brief else 6),
        ("Heading 1", 17, BLUE, 0, 10), ("Heading 2", 12.5, INK, 14, 6),
    ):  # fmt: skip
        style = document.styles[name]
        style.font.name, style.font.size, style.font.color.rgb = LATIN, Pt(size), colour
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        set_values(fonts, ascii=LATIN, hAnsi=LATIN, eastAsia=CHINESE)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    language = OxmlElement("w:lang")
    set_values(language, val="en-GB", eastAsia="zh-CN")
    document.styles["Normal"].element.get_or_add_rPr().append(language)
    core = document.core_properties
    core.title, core.author = f"{paper.title} {paper.subtitle}", paper.issuer
    core.language = "zh-CN" if paper.language != "en" else "en-GB"
    _run(section.header.paragraphs[0], f"{paper.title}  {paper.subtitle}", 8.5, FAINT)
    foot = section.footer.paragraphs[0]
    _run(foot, f"{paper.issuer}  {paper.day}  ", 8.5, FAINT)
    _page_number(foot)


def _cover(document: Any, paper: Paper) -> None:
    _line(document, paper.issuer, 14, INK, bold=True, after=130)
    _line(document, paper.title, 34, INK, bold=True)
    _line(document, paper.subtitle, 18, BLUE, after=12)
    if paper.mark:
        _line(document, paper.mark, 11, SOFT)
    _picture(document, paper.ornament, "", before=60)
    _cards(document, paper.cover, large=24)
    _line(document, paper.day, 10.5, SOFT, before=40)
    reading = document.add_paragraph()
    reading.paragraph_format.page_break_before = True
    _run(reading, paper.words["reading"], 12.5, INK, bold=True)
    document.add_paragraph(paper.words["reading-says"])
    _run(document.add_paragraph(), paper.words["contents"], 12.5, INK, bold=True)
    for block in paper.blocks:
        if isinstance(block, Heading) and block.level == 1:
            document.add_paragraph(block.words, style="List Number")


def _para(document: Any, block: Para) -> None:
    if block.kind == "item":
        paragraph = document.add_paragraph(block.words, style="List Bullet")
        paragraph.paragraph_format.space_after = Pt(3)
        return
    size, colour = {"lead": (12.0, INK), "note": (8.5, SOFT), "code": (9.0, INK)}.get(block.kind, (None, INK))
    _run(document.add_paragraph(), block.words, size, colour)


def _cards(document: Any, cards: tuple[Card, ...], *, large: float = 18) -> None:
    """At most four beside each other."""
    for begin in range(0, len(cards), 4):
        row = cards[begin : begin + 4]
        table = document.add_table(rows=1, cols=len(row))
        table.alignment = WD_TABLE_ALIGNMENT.CENTER
        for cell, card in zip(table.rows[0].cells, row, strict=True):
            _shade(cell, SHADE)
            title = cell.paragraphs[0]
            _run(title, card.title, 8.5, SOFT)
            value = cell.add_paragraph()
            _run(value, card.value, large, BLUE, bold=True)
            _run(value, f" {card.unit}" if card.unit else "", 8.5, SOFT)
            _run(cell.add_paragraph(), card.note, 8, FAINT)
            for paragraph in cell.paragraphs:
                paragraph.paragraph_format.space_after = Pt(1)
        _line(document, "", 4, INK, after=2)


def _chart(document: Any, block: Chart) -> None:
    _caption(document, block.label, block.title)
    caption = _line(document, block.caption, 8, FAINT, after=3)
    caption.paragraph_format.keep_with_next = True
    _picture(document, block.svg, f"{block.title} {block.caption}")


def _picture(document: Any, svg: str, says: str, *, before: float = 0) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before = Pt(before)
    drawn = paragraph.add_run().add_picture(BytesIO(png(svg)), width=min(TEXT_WIDTH, Pt(PAPER.width)))
    drawn._inline.docPr.set("descr", says)


def _table(document: Any, block: Table) -> None:
    _caption(document, block.label, block.title)
    table = document.add_table(rows=0, cols=len(block.head))
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    borders = OxmlElement("w:tblBorders")
    for side, size, colour in (("top", "8", "221F1A"), ("bottom", "8", "221F1A"), ("insideH", "4", HAIR)):
        edge = OxmlElement(f"w:{side}")
        set_values(edge, val="single", sz=size, color=colour)
        borders.append(edge)
    properties = table._tbl.tblPr
    after = next(i for i, one in enumerate(properties) if one.tag in (qn("w:tblLayout"), qn("w:tblLook")))
    properties.insert(after, borders)  # the schema has an order, and Word minds it
    total = sum(block.widths)
    for number, cells in enumerate((block.head, *block.rows)):
        row = table.add_row()
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))
        if number == 0:
            row._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))
        for place, (cell, words) in enumerate(zip(row.cells, cells, strict=True)):
            cell.width = int(TEXT_WIDTH * block.widths[place] / total)
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(1)
            if place >= block.left:
                paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            _run(paragraph, words, 8.5, SOFT if number == 0 else INK, bold=number == 0)
            if block.whole and number == 1:
                _shade(cell, PALE)
    _line(document, "", 4, INK, after=4)


def _caption(document: Any, label: str, title: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.keep_with_next = True
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(8), Pt(2)
    _run(paragraph, f"{label}  ", 9.5, BLUE, bold=True)
    _run(paragraph, title, 9.5, INK, bold=True)


def _line(
    document: Any, words: str, size: float, colour: RGBColor, *, bold: bool = False, before: float = 0, after: float = 4
) -> Any:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_before, paragraph.paragraph_format.space_after = Pt(before), Pt(after)
    _run(paragraph, words, size, colour, bold=bold)
    return paragraph


def _run(paragraph: Any, words: str, size: float | None, colour: RGBColor, *, bold: bool = False) -> None:
    for number, line in enumerate(words.split("\n")):
        run = paragraph.add_run()
        if number:
            run.add_break(WD_BREAK.LINE)
        run.add_text(line)
        run.font.color.rgb, run.font.bold = colour, bold
        if size:
            run.font.size = Pt(size)


def _page_number(paragraph: Any) -> None:
    run = paragraph.add_run()
    run.font.size, run.font.color.rgb = Pt(8.5), FAINT
    page_number(run)


def _shade(cell: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    set_values(shade, val="clear", color="auto", fill=colour)
    cell._tc.get_or_add_tcPr().append(shade)
