"""The check of a data pack as one page that opens anywhere, without any outside request."""

from collections.abc import Iterable
from html import escape
from pathlib import Path

from geodata.quality import Finding, PackReport

_STYLE = """
body { font: 16px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 60rem;
       padding: 0 1rem; color: #1d2733; background: #fff }
h1 { font-size: 1.6rem; margin-bottom: 0 } h2 { font-size: 1.2rem; margin-top: 2rem }
table { border-collapse: collapse; width: 100% }
th, td { text-align: left; padding: .35rem .6rem; border-bottom: 1px solid #d9e0e7;
         vertical-align: top }
td.number { font-variant-numeric: tabular-nums }
.defect { color: #a4161a; font-weight: 600 } .fine { color: #2b6a30 }
details { margin-top: .2rem } summary { cursor: pointer }
small { color: #56616d }
"""

_MEANINGS = (
    "<p>verified: compared with an official source. unverified: compiled, nobody compared it "
    "yet. sample: invented.</p>"
)


def write_report(report: PackReport, folder: Path) -> list[Path]:
    """Write pack-check.json and pack-check.html into a folder, made if needed."""
    folder.mkdir(parents=True, exist_ok=True)
    files = [folder / "pack-check.json", folder / "pack-check.html"]
    files[0].write_text(report.to_json() + "\n", encoding="utf-8")
    files[1].write_text(page_of(report), encoding="utf-8")
    return files


def page_of(report: PackReport) -> str:
    """The whole page. Vietnamese names, English words, as all developer documents."""
    verdict = (
        f'<p class="defect">{len(report.defects)} kinds of defects must be corrected.</p>'
        if report.defects
        else '<p class="fine">No row contradicts another. What is not known is listed below.</p>'
    )
    return "\n".join(
        (
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f"<title>Data pack {escape(report.pack)}</title><style>{_STYLE}</style></head><body>",
            f"<h1>Data pack {escape(report.pack)}</h1>",
            f"<small>version {escape(report.version)}</small>",
            verdict,
            "<h2>How far the rows may be trusted</h2>",
            _statuses(report),
            _MEANINGS,
            "<h2>Wards and communes on the first day of each era</h2>",
            _table(("day", "units"), [(day, str(count)) for day, count in report.eras.items()]),
            "<h2>Findings</h2>",
            _table(
                ("what", "rows", "of", "which"), [_finding_row(each) for each in report.findings]
            ),
            "<h2>Notes</h2><ul>",
            *(f"<li>{escape(note)}</li>" for note in report.notes),
            "</ul><h2>Where the files come from</h2>",
            _table(
                ("file", "licence and source"),
                [(escape(name), escape(said)) for name, said in report.sources.items()],
            ),
            "</body></html>\n",
        )
    )


def _statuses(report: PackReport) -> str:
    known = ("verified", "unverified", "sample")
    rows = [
        (escape(kind), *(str(counts.get(status, 0)) for status in known))
        for kind, counts in report.statuses.items()
    ]
    return _table(("file", *known), rows)


def _finding_row(finding: Finding) -> tuple[str, ...]:
    mark = ' class="defect"' if finding.is_defect and finding.count else ""
    name = (
        f"<span{mark}>{escape(finding.name)}</span><br><small>{escape(finding.explanation)}</small>"
    )
    listed = ""
    if finding.rows:
        items = "".join(f"<li>{escape(row)}</li>" for row in finding.rows)
        rest = finding.count - len(finding.rows)
        more = f"<li>and {rest} more</li>" if rest else ""
        listed = f"<details><summary>show</summary><ul>{items}{more}</ul></details>"
    return name, str(finding.count), str(finding.of), listed


def _table(head: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> str:
    """A table whose cells are HTML already; cells of digits stand to the right."""
    titles = "".join(f"<th>{escape(title)}</th>" for title in head)
    body = "".join("<tr>" + "".join(_cell(cell) for cell in row) + "</tr>" for row in rows)
    return f"<table><thead><tr>{titles}</tr></thead><tbody>{body}</tbody></table>"


def _cell(content: str) -> str:
    kind = ' class="number"' if content.isdecimal() else ""
    return f"<td{kind}>{content}</td>"
