"""After a re-install: the courier says of each item whether it is really there (SYNC §12)."""

from backend.courier_day.handlers.bodies import Seal, WithDossier
from backend.courier_day.handlers.registry import handles
from backend.courier_day.scene import Scene
from backend.courier_day.work_items import close_for_dossier
from backend.dossiers.models import KeeperKind
from backend.dossiers.seals import parse_seal
from backend.dossiers.transitions import NOT_KEEPER

MISSING = "custody_missing"


class Restated(WithDossier, frozen=True, kw_only=True):
    """One item of `open_custody`, or one that the courier found besides."""

    held: bool
    seal: Seal | None = None


@handles("custody.restated", v=1, body=Restated)
def restated(scene: Scene, body: Restated) -> None:
    """Log and bag are compared; what they disagree about a person settles, nothing moves.

    That papers are lost, or were given, is a fact of its own with a command of its own.
    """
    dossier = scene.dossier(body.dossier)
    mine = dossier.keeper_kind is KeeperKind.COURIER and dossier.keeper_id == scene.courier.id
    if mine and not body.held:
        scene.flag(MISSING, dossier=dossier, detail={"seal": dossier.seal_no})
        return
    if not mine:
        if body.held:
            keeper = {"keeper": dossier.keeper_kind.value, "state": dossier.state.value}
            scene.flag(NOT_KEEPER, dossier=dossier, detail=keeper)
        return
    close_for_dossier(scene.session, dossier.id, MISSING)
    if body.seal and dossier.seal_no and parse_seal(body.seal) != dossier.seal_no:
        scene.flag("seal_differs", dossier=dossier, detail={"expected": dossier.seal_no})
