"""Lets simulated people sign in: a sign-in of a sample account, begun in the database at hand."""

from backend.accounts.models import SignInWay
from backend.accounts.operations import find_grant, get_account
from backend.accounts.tokens import begin_sign_in
from backend.database import SourceStatus, unit_of_work
from backend.errors import NotAllowed, Text
from backend.phone import Login, Transport


class NoSample(NotAllowed):
    code = "no_sample_account"
    detail = Text(
        vi="{account} không phải tài khoản mẫu có vai trò.",
        en="{account} is no sample account with a role.",
    )
    action = Text(
        vi="Chỉ tài khoản của `tannoi demo-day` mới được mô phỏng; không bao giờ là người thật.",
        en="Only accounts that `tannoi demo-day` made are simulated, never those of real people.",
    )


def sample_login(province_code: str) -> Login:
    """Signs in sample accounts of a province by code, without any password.

    Raises AccountNotFound, NoSample.
    """

    def login(_transport: Transport, code: str) -> str:
        with unit_of_work() as session:
            account = get_account(session, province_code, code)
            grant = find_grant(session, account.id, None)
            if grant is None or account.source_status is not SourceStatus.SAMPLE:
                raise NoSample(account=code)
            return begin_sign_in(session, grant, SignInWay.LINK).access_token

    return login
