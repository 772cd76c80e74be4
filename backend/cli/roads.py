"""`tannoi roads`: build the road data that travel times come from."""

from pathlib import Path

import click

from backend.cli.installation import read_settings
from backend.cli.teaching import TeachingGroup
from backend.errors import Invalid, Text
from geodata.errors import GeodataError


class RoadsNotBuilt(Invalid):
    code = "roads_not_built"
    detail = Text(
        vi="Chưa tạo được dữ liệu đường: {reason_vi}", en="The road data were not built: {reason}"
    )
    action = Text(
        vi="{next_step_vi} Dữ liệu cũ (nếu có) vẫn nguyên vẹn.",
        en="{next_step} Older road data, if any, still stand.",
    )

    @classmethod
    def because(cls, error: GeodataError) -> "RoadsNotBuilt":
        """The same, in the words of whatever stopped the build."""
        return cls(
            reason=error.reason,
            reason_vi=error.reason_vi,
            next_step=error.next_step or "Check the file.",
            next_step_vi=error.next_step_vi or "Kiểm tra tệp.",
        )


@click.group(
    cls=TeachingGroup,
    epilog="""\b
Examples:
  tannoi roads build da-nang.osm.pbf
  tannoi roads build ours.osm --attribution "Sở Xây dựng"
""",
)
def roads() -> None:
    """Road data: without them, travel times are labelled great-circle estimates."""


@roads.command("build")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--attribution", help="Whose map data these are [what the file says of itself].")
def build(*, file: Path, attribution: str | None) -> None:
    """Make road data from an OpenStreetMap FILE (.osm, .osm.gz, .osm.pbf)."""
    from geodata.roads_build import build_roads  # loads the road engine, which --help can spare

    settings = read_settings()
    try:
        build_roads(file, settings.roads_dir, click.echo, attribution=attribution)
    except GeodataError as error:
        raise RoadsNotBuilt.because(error) from None
    click.echo(f"road data ready in {settings.roads_dir}")
