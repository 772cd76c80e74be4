"""Who may receive for somebody else: by a letter that is in force, with the paper it names."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from backend.courier_day.handlers.result import Authorisation, Identity, ReceiverRole
from backend.courier_day.letter_rule import LetterFault, LetterShown, look_at_letter
from backend.dossiers.models import Dossier
from backend.errors import Conflict, Invalid, Text


class AuthorisationMissing(Invalid):
    code = "authorisation_missing"
    detail = Text(vi="Người nhận thay cần giấy ủy quyền.", en="Somebody else needs a letter.")
    action = Text(
        vi="Ghi số và hạn của giấy ủy quyền, hoặc mời chính chủ đến nhận.",
        en="Enter the letter's number and validity, or ask the owner to come.",
    )


class AuthorisationUnknown(Conflict):
    code = "authorisation_unknown"
    detail = Text(
        vi="Giấy ủy quyền {number} không phải của bưu gửi {item_code}.",
        en="Letter {number} is not about item {item_code}.",
    )
    action = Text(
        vi="Không giao; xem lại số giấy, hoặc gọi cho chủ hồ sơ.",
        en="Do not give it; look at the number again, or call the owner.",
    )


class OtherReceiver(Conflict):
    code = "other_receiver"
    detail = Text(
        vi="Giấy tờ xuất trình không phải của người được ủy quyền đã ghi khi đặt lịch.",
        en="The paper shown is not that of the authorised person named at booking.",
    )
    action = Text(
        vi="Không giao; gọi cho chủ hồ sơ. Chủ hồ sơ muốn đổi người thì in giấy ủy quyền mới.",
        en="Do not give it; call the owner, who can have a new letter printed for somebody else.",
    )


class AuthorisationExpired(Conflict):
    code = "authorisation_expired"
    detail = Text(
        vi="Giấy ủy quyền đã hết hạn ngày {valid_to}.", en="The letter expired on {valid_to}."
    )
    action = Text(
        vi="Không giao; giữ lại bưu gửi và gọi cho chủ hồ sơ.",
        en="Do not give it; keep it and call the owner.",
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """What somebody who came for papers showed."""

    role: ReceiverRole
    identity: Identity
    authorisation: Authorisation | None = None


def check_letter(session: Session, dossier: Dossier, shown: Shown, *, on: date) -> None:
    """Whether somebody who is not the owner may take the papers on a day. At a counter the letter
    itself is shown: what was told at booking does not stand in for it.

    Raises AuthorisationMissing, AuthorisationUnknown, AuthorisationExpired, OtherReceiver.
    """
    if shown.role is not ReceiverRole.AUTHORISED:
        return
    letter = shown.authorisation
    if letter is None:
        raise AuthorisationMissing(fields={"authorisation": AuthorisationMissing.detail})
    judged = look_at_letter(
        session,
        dossier,
        LetterShown(number=letter.number, valid_to=letter.valid_to),
        paper=shown.identity.paper,
        last_digits=shown.identity.last_digits,
        on=on,
    )
    if LetterFault.UNKNOWN in judged.faults:
        raise AuthorisationUnknown(number=letter.number, item_code=dossier.item_code)
    if LetterFault.OTHER_RECEIVER in judged.faults:
        raise OtherReceiver
    if LetterFault.EXPIRED in judged.faults:
        raise AuthorisationExpired(valid_to=f"{judged.valid_to:%d/%m/%Y}")
