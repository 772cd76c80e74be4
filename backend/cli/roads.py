"""`tannoi roads`: build the road data that travel times come from."""

from pathlib import Path

import click

from backend.cli.installation import read_settings
from backend.cli.teaching import TeachingGroup
from backend.errors import Invalid, Text


class RoadsNotBuilt(Invalid):
    code = "roads_not_built"
    detail = Text(
        vi="Chưa tạo được dữ liệu đường: {reason}", en="The road data were not built: {reason}"
    )
    action = Text(
        vi="{next_step} Dữ liệu cũ (nếu có) vẫn nguyên vẹn.",
        en="{next_step} Older road data, if any, still stand.",
    )


@click.group(
    cls=TeachingGroup,
    epilog="""\b
Examples:
  tannoi roads build da-nang.osm.pbf
""",
)
def roads() -> None:
    """Road data: without them, travel times are labelled great-circle estimates."""


@roads.command("build")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def build(*, file: Path) -> None:
    """Make road data from an OpenStreetMap FILE (.osm, .osm.gz, .osm.pbf)."""
    from geodata.errors import GeodataError
    from geodata.roads_build import build_roads  # loads the road engine, which --help can spare

    settings = read_settings()
    try:
        build_roads(file, settings.roads_dir, click.echo)
    except GeodataError as error:
        next_step = error.next_step or "Check the file."
        raise RoadsNotBuilt(reason=error.reason, next_step=next_step) from None
    click.echo(f"road data ready in {settings.roads_dir}")
