"""At the post office: what could not be finished rests in the safe, what waited is taken out."""

import uuid

from backend.courier_day.handlers.bodies import Seal, WithDossier
from backend.courier_day.handlers.registry import handles
from backend.courier_day.safes import put_in, take_out
from backend.courier_day.scene import Scene


class Deposited(WithDossier, frozen=True, kw_only=True):
    """Given to the clerk, seal shown."""

    post_office: uuid.UUID
    seal: Seal | None = None


class Taken(WithDossier, frozen=True, kw_only=True):
    """Taken out of the safe, seal checked."""

    post_office: uuid.UUID
    seal: Seal | None = None


@handles("dossier.deposited", v=1, body=Deposited)
def deposited(scene: Scene, body: Deposited) -> None:
    """The papers rest; the leg that goes on from here is open for the next working day."""
    put_in(scene, scene.dossier(body.dossier), scene.post_office(body.post_office), seal=body.seal)


@handles("dossier.taken", v=1, body=Taken)
def taken(scene: Scene, body: Taken) -> None:
    """A held item goes on with this courier."""
    take_out(
        scene, scene.dossier(body.dossier), scene.post_office(body.post_office), seal=body.seal
    )
