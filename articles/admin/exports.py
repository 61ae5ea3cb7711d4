"""Tables as files for spreadsheet programs. No cell can become a formula there, whatever its text."""

import csv
import io
import re
from collections.abc import Sequence
from typing import Any

import xlsxwriter
from django.http import HttpResponse
from django.utils.http import content_disposition_header

# What spreadsheet programs take for the beginning of a formula (OWASP, CSV injection), full-width forms among them.
FORMULA = re.compile(r"[=+\-@\t\r\n＝＋－＠]")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # XML has no way to write them
WIDEST = 60


def as_csv(name: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> HttpResponse:
    """With a mark of its encoding, without which Excel shows Chinese as signs of Windows-1252."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(map(harmless, columns))
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    return _file(f"{name}.csv", "text/csv; charset=utf-8", b"\xef\xbb\xbf" + file.getvalue().encode())


def harmless(cell: Any) -> Any:
    """A text that a spreadsheet would calculate begins with an apostrophe. Numbers are numbers."""
    if not isinstance(cell, str):
        return cell
    return f"'{cell}" if FORMULA.match(cell.lstrip(" \u3000")) else cell


def as_xlsx(name: str, title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> HttpResponse:
    file = io.BytesIO()
    book = xlsxwriter.Workbook(file, {"in_memory": True})
    sheet = book.add_worksheet()
    bold = book.add_format({"bold": True})
    formats = {int: book.add_format({"num_format": "#,##0"}), float: book.add_format({"num_format": "0.0%"})}
    sheet.set_header(f"&C{UNPRINTABLE.sub('', title).replace('&', '&&')[:200]}")
    for across, label in enumerate(columns):
        sheet.write_string(0, across, label, bold)
    for down, row in enumerate(rows, 1):
        for across, cell in enumerate(row):
            if isinstance(cell, int | float):
                sheet.write_number(down, across, cell, formats[type(cell)])
            else:
                sheet.write_string(down, across, UNPRINTABLE.sub("", str(cell)))
    sheet.freeze_panes(1, 0)
    sheet.autofit(max_width=WIDEST * 7)
    book.close()
    return _file(f"{name}.xlsx", XLSX, file.getvalue())


def _file(name: str, kind: str, data: bytes) -> HttpResponse:
    disposition = content_disposition_header(True, name) or "attachment"
    return HttpResponse(
        data, content_type=kind, headers={"Content-Disposition": disposition, "Cache-Control": "no-store"}
    )
