"""python -m geodata build|show|check: from files to road data, and what they hold.

Exit codes: 0 done, 1 the input or the data are not good (one line says why), 2 wrong usage.
"""

import argparse
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from geodata.errors import GeodataError
from geodata.packs import DEFAULT_PACK, open_pack
from geodata.quality import PackReport, check_pack
from geodata.quality_page import write_report
from geodata.roads_build import build_roads
from geodata.roads_check import RoadsReport, check_roads
from geodata.roads_manifest import MAP_NAME, RoadsManifest, read_manifest
from geodata.unit_outlines import read_unit_outlines

EXAMPLES = """examples:
  python -m geodata build roads da_nang.osm.pbf --output var/roads
  python -m geodata show roads var/roads
  python -m geodata check roads var/roads --json
  python -m geodata check
  python -m geodata check pack da_nang --outlines units.geojson --output var/out
"""

REPORT_DIR = Path("var/out")
"""Where a report goes unless told otherwise: beside what the program makes for people."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    chosen = _parser().parse_args(arguments)
    run: Callable[[argparse.Namespace], int] = chosen.run
    try:
        return run(chosen)
    except GeodataError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("error: Stopped; nothing was changed.", file=sys.stderr)
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m geodata",
        description="Places and roads: build road data, look at them, check them.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = parser.add_subparsers(required=True, metavar="VERB")

    build = verbs.add_parser("build", help="make data from files").add_subparsers(
        required=True, metavar="WHAT"
    )
    roads = build.add_parser("roads", help="road data from an OSM file")
    roads.add_argument("file", type=Path, metavar="FILE", help=".osm, .osm.gz, .osm.bz2, .osm.pbf")
    roads.add_argument("--output", type=Path, required=True, metavar="DIR", help="road data folder")
    roads.add_argument("--attribution", help="whose map data these are [what the file says]")
    roads.set_defaults(run=_build_roads)

    show = verbs.add_parser("show", help="what data hold").add_subparsers(
        required=True, metavar="WHAT"
    )
    roads = show.add_parser("roads", help="the road data of a folder")
    roads.add_argument("folder", type=Path, metavar="DIR")
    roads.add_argument("--json", action="store_true", help="print the manifest as JSON")
    roads.set_defaults(run=_show_roads)

    check_verb = verbs.add_parser("check", help="find what is wrong with data")
    check_verb.set_defaults(
        run=_check_pack, name=DEFAULT_PACK, outlines=None, output=REPORT_DIR, json=False
    )
    check = check_verb.add_subparsers(metavar="WHAT", help="without: the pack that ships")
    roads = check.add_parser("roads", help="ride the network between sampled places")
    roads.add_argument("folder", type=Path, metavar="DIR")
    roads.add_argument("--json", action="store_true", help="print the report as JSON")
    roads.set_defaults(run=_check_roads)
    pack = check.add_parser("pack", help="counts, gaps and contradictions of a data pack")
    pack.add_argument("name", nargs="?", default=DEFAULT_PACK, metavar="NAME")
    pack.add_argument("--outlines", type=Path, metavar="FILE", help="GeoJSON of today's units")
    pack.add_argument(
        "--output",
        type=Path,
        metavar="DIR",
        default=REPORT_DIR,
        help=f"folder for pack-check.html and .json [{REPORT_DIR}]",
    )
    pack.add_argument("--json", action="store_true", help="print the report as JSON")
    pack.set_defaults(run=_check_pack)
    return parser


def _build_roads(chosen: argparse.Namespace) -> int:
    manifest = build_roads(
        chosen.file, chosen.output, lambda stage: print(stage, flush=True),
        attribution=chosen.attribution,
    )  # fmt: skip
    print(f"road data {manifest.fingerprint} in {chosen.output}")
    return 0


def _show_roads(chosen: argparse.Namespace) -> int:
    manifest = read_manifest(chosen.folder)
    print(manifest.to_json() if chosen.json else _described(manifest))
    return 0


def _check_roads(chosen: argparse.Namespace) -> int:
    report = check_roads(chosen.folder)
    print(report.to_json() if chosen.json else _reported(report))
    return 1 if report.problems else 0


def _check_pack(chosen: argparse.Namespace) -> int:
    outlines = read_unit_outlines(chosen.outlines) if chosen.outlines else ()
    report = check_pack(open_pack(chosen.name), outlines)
    print(report.to_json() if chosen.json else _pack_reported(report))
    for file in _written(report, chosen.output):
        print(f"written    {file}", file=sys.stderr)
    return 1 if report.defects else 0


def _written(report: PackReport, folder: Path) -> list[Path]:
    try:
        return write_report(report, folder)
    except OSError as error:
        raise GeodataError(
            f"Cannot write the report to {folder} ({error.strerror}).",
            "Choose another folder: --output DIR.",
        ) from None


def _pack_reported(report: PackReport) -> str:
    lines = [f"pack       {report.pack} {report.version}"]
    for kind, counts in report.statuses.items():
        said = ", ".join(f"{count} {status}" for status, count in counts.items())
        lines.append(f"rows       {kind}: {said}")
    for finding in report.findings:
        if finding.count:
            word = "defect" if finding.is_defect else "note"
            first = f" (first: {finding.rows[0]})" if finding.rows else ""
            lines.append(f"{word:<10} {finding.name}: {finding.count} of {finding.of}{first}")
    return "\n".join(lines)


def _described(manifest: RoadsManifest) -> str:
    west, south, east, north = manifest.bbox
    classes = ", ".join(f"{kind} {count}" for kind, count in manifest.ways_by_class.items())
    return "\n".join(
        (
            f"network      {manifest.fingerprint} ({manifest.profile_name} profile)",
            f"source       {manifest.source_name}, {manifest.source_bytes / 1e6:.1f} MB",
            f"area         {south:.4f}–{north:.4f} N, {west:.4f}–{east:.4f} E",
            f"roads        {manifest.way_count} ways, {manifest.road_km} km: {classes}",
            f"restrictions {manifest.turn_restrictions} forbidden turns",
            f"map layer    {MAP_NAME}",
            f"attribution  {manifest.attribution}",
        )
    )


def _reported(report: RoadsReport) -> str:
    legs = f"{report.legs_without_way} legs without a way"
    lines = [
        f"network    {report.fingerprint} from {report.source_name}",
        f"roads      {report.way_count} ways, {report.road_km} km",
        f"sample     {report.sampled_points} places, {report.cut_off_points} cut off, {legs}",
        f"riding     {report.mean_speed_kmh} km/h, {report.mean_detour} × the straight line",
    ]
    return "\n".join([*lines, *(f"problem    {problem}" for problem in report.problems)])
