"""The check of a data pack as one page that opens anywhere, without any outside request."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

from geodata.quality import Finding, PackReport
from geodata.quality_words import file_vi, finding_vi

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem;
       padding: 0 1rem; color: #1d2733; background: #fff }
h1 { font-size: 1.6rem; margin-bottom: 0 } h2 { font-size: 1.2rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #d9e0e7;
         vertical-align: top }
td.number { font-variant-numeric: tabular-nums; white-space: nowrap }
h2 small { font-weight: 400; font-size: .8em }
.defect { color: #a4161a; font-weight: 600 } .fine { color: #2b6a30 }
details { margin-top: .2rem } summary { cursor: pointer }
small { color: #56616d }
"""

_MEANINGS = (
    "<p>verified – đã đối chiếu với nguồn chính thức; unverified – thu thập từ nguồn công khai, "
    "chưa ai đối chiếu; sample – số liệu giả định.<br><small>verified: compared with an official "
    "source. unverified: compiled, nobody compared it yet. sample: invented.</small></p>"
)


def write_report(report: PackReport, folder: Path) -> list[Path]:
    """Write pack-check.json and pack-check.html into a folder, made if needed."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / "pack-check.json", folder / "pack-check.html"]
    files[0].write_text(report.to_json() + "\n", encoding="utf-8")
    files[1].write_text(page_of(report), encoding="utf-8")
    return files


def page_of(report: PackReport) -> str:
    """The whole page: what a person should look at first, then what was checked and is well."""
    found = [each for each in report.findings if each.count]
    well = [each for each in report.findings if not each.count]
    return "\n".join(
        (
            '<!doctype html><html lang="vi"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Kiểm tra bộ dữ liệu {escape(report.pack)}</title>",
            f"<style>{_STYLE}</style></head><body>",
            f"<h1>Kiểm tra bộ dữ liệu {escape(report.pack)}</h1>",
            f"<small>Check of the data pack, version {escape(report.version)}</small>",
            _verdict(report),
            _heading("Mức độ tin cậy", "How far the rows may be trusted"),
            _statuses(report),
            _MEANINGS,
            _heading("Cần xem", "To look at"),
            _table(("việc / what", "số dòng / rows"), [_finding_row(each) for each in found]),
            _heading("Đã kiểm tra, không có gì", "Checked, nothing found"),
            "<ul>",
            *(f"<li>{_named(each)} ({each.of})</li>" for each in well),
            "</ul>",
            _heading("Số phường, xã đầu mỗi thời kỳ", "Units on the first day of each era"),
            _table(
                ("ngày / day", "phường, xã / units"),
                [(day, str(count)) for day, count in report.eras.items()],
            ),
            _heading("Ghi chú", "Notes"),
            "<ul>",
            *(f"<li>{escape(note)}</li>" for note in report.notes),
            "</ul>",
            _heading("Nguồn của từng tệp", "Where the files come from"),
            _table(
                ("tệp / file", "giấy phép, nguồn / licence and source"),
                [(escape(name), escape(said)) for name, said in report.sources.items()],
            ),
            "</body></html>\n",
        )
    )


def _verdict(report: PackReport) -> str:
    if report.defects:
        count = len(report.defects)
        return (
            f'<p class="defect">{count} loại lỗi phải sửa.<br>'
            f"<small>{count} kinds of defects must be corrected.</small></p>"
        )
    return (
        '<p class="fine">Không dòng nào mâu thuẫn; điều chưa biết được liệt kê bên dưới.<br>'
        "<small>No row contradicts another; what is not known is listed below.</small></p>"
    )


def _heading(vietnamese: str, english: str) -> str:
    return f"<h2>{escape(vietnamese)} <small>{escape(english)}</small></h2>"


def _statuses(report: PackReport) -> str:
    known = ("verified", "unverified", "sample")
    rows = [
        (
            f"{escape(file_vi(kind))} <small>{escape(kind)}</small>",
            *(str(counts.get(status, 0)) for status in known),
        )
        for kind, counts in report.statuses.items()
    ]
    return _table(("tệp / file", *known), rows)


def _named(finding: Finding) -> str:
    vietnamese = finding_vi(finding.name)
    said = f"<small>{escape(finding.name)}: {escape(finding.explanation)}</small>"
    return f"{escape(vietnamese)}<br>{said}" if vietnamese else said


def _finding_row(finding: Finding) -> tuple[str, ...]:
    mark = ' class="defect"' if finding.is_defect else ""
    items = "".join(f"<li>{escape(row)}</li>" for row in finding.rows)
    rest = finding.count - len(finding.rows)
    more = f"<li>… +{rest}</li>" if rest else ""
    listed = (
        f"<details><summary>xem / show</summary><ul>{items}{more}</ul></details>" if items else ""
    )
    return f"<div{mark}>{_named(finding)}</div>{listed}", f"{finding.count} / {finding.of}"


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table whose cells are HTML already; cells of digits stand to the right."""
    titles = "".join(f"<th>{escape(title)}</th>" for title in head)
    body = "".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"


def _cell(content: str) -> str:
    kind = ' class="number"' if content.replace(" / ", "").isdecimal() else ""
    return f"<td{kind}>{content}</td>"
