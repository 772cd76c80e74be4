"""What keeps somebody out: no sign-in, an old one, the wrong role, too many tries."""

from backend.errors import Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, Text, TooOften


class TokenExpired(NotSignedIn):
    code = "token_expired"
    detail = Text(vi="Mã truy cập đã hết hạn.", en="The access token has expired.")
    action = Text(
        vi="Làm mới bằng POST /v1/session/refresh rồi gửi lại; dữ liệu chưa gửi vẫn được giữ.",
        en="Refresh it with POST /v1/session/refresh and send again; keep what waits.",
    )


class SessionRevoked(NotSignedIn):
    code = "session_revoked"
    detail = Text(
        vi="Phiên đăng nhập không còn hiệu lực.", en="This sign-in is over, or never was one."
    )
    action = Text(
        vi="Đăng nhập lại; dữ liệu chưa gửi vẫn được giữ.",
        en="Sign in again; keep what waits to be sent.",
    )


class RoleNotAllowed(NotAllowed):
    code = "role_not_allowed"
    detail = Text(vi="Vai trò đang dùng không được làm việc này.", en="Your role may not do this.")
    action = Text(
        vi="Đăng nhập bằng tài khoản có vai trò phù hợp; xem docs/accounts.md.",
        en="Sign in with an account of a fitting role; see docs/accounts.md.",
    )


class OtherOrigin(NotAllowed):
    code = "other_origin"
    detail = Text(
        vi="Yêu cầu kèm cookie đến từ một trang khác.",
        en="A request with a cookie came from another site's page.",
    )
    action = Text(
        vi="Mở chính trang này để làm; chương trình thì gửi Authorization: Bearer.",
        en="Use this site's own pages; programs send Authorization: Bearer.",
    )


class AccountNotFound(NotFound):
    code = "account_not_found"
    detail = Text(vi="Không có tài khoản {account}.", en="There is no account {account}.")
    action = Text(vi="Xem danh sách bằng `tannoi accounts list`.", en="See `tannoi accounts list`.")


class AccountExists(Conflict):
    code = "account_exists"
    detail = Text(vi="Đã có tài khoản {account}.", en="There is an account {account} already.")
    action = Text(
        vi="Dùng tài khoản đó, hoặc chọn mã khác.", en="Use that one, or choose another code."
    )


class WrongSignIn(NotSignedIn):
    code = "wrong_sign_in"
    detail = Text(
        vi="Mã tài khoản hoặc mật khẩu không đúng.", en="Account code or password is wrong."
    )
    action = Text(
        vi="Gõ lại; nếu quên mật khẩu, xin người phụ trách một liên kết đăng nhập.",
        en="Type it again; if it is forgotten, ask for a sign-in link.",
    )


class WrongCode(NotSignedIn):
    code = "wrong_code"
    detail = Text(vi="Mã xác nhận không đúng hoặc đã hết hạn.", en="The code is wrong or over.")
    action = Text(
        vi="Gõ lại sáu chữ số trong tin nhắn mới nhất, hoặc xin mã mới.",
        en="Type the six digits of the newest message, or ask for a new code.",
    )


class TooManyTries(TooOften):
    code = "too_many_tries"
    detail = Text(vi="Đã thử quá nhiều lần.", en="That was tried too often.")
    action = Text(
        vi="Đợi một lát rồi thử lại; không ai bị khóa vĩnh viễn.",
        en="Wait a while, then try again; nobody is locked out for ever.",
    )


class LinkOver(NotSignedIn):
    code = "link_over"
    detail = Text(vi="Liên kết đã dùng hoặc đã hết hạn.", en="The link was used, or it is over.")
    action = Text(vi="Xin một liên kết mới.", en="Ask for a new link.")


class PasswordTooWeak(Invalid):
    code = "password_too_weak"
    detail = Text(
        vi="Mật khẩu quá ngắn hoặc quá dễ đoán.", en="The password is too short or too easy."
    )
    action = Text(
        vi="Dùng ít nhất {shortest} ký tự, không trùng mã tài khoản.",
        en="Use at least {shortest} characters, not your account code.",
    )


class RoleNotHeld(Invalid):
    code = "role_not_held"
    detail = Text(
        vi="Tài khoản không có vai trò {role}.", en="The account does not hold the role {role}."
    )
    action = Text(
        vi="Chọn vai trò mà tài khoản đang có.", en="Choose a role that the account holds."
    )


class GrantWithoutScope(Invalid):
    code = "grant_without_scope"
    detail = Text(
        vi="Vai trò {role} cần phạm vi: {needed}.", en="The role {role} needs a scope: {needed}."
    )
    action = Text(vi="Nêu {needed}.", en="Name {needed}.")


class SignInNotFound(NotFound):
    code = "sign_in_not_found"
    detail = Text(vi="Không có phiên {session}.", en="There is no sign-in {session}.")
    action = Text(
        vi="Xem lại danh sách phiên của mình.", en="Look at the list of your own sign-ins."
    )


class PhoneNotValid(Invalid):
    code = "phone_not_valid"
    detail = Text(vi="Số điện thoại không đúng.", en="This is no phone number.")
    action = Text(
        vi="Gõ số di động Việt Nam, ví dụ 0900 000 001.",
        en="Type a Vietnamese number such as 0900 000 001.",
    )


class KeyScopeUnknown(Invalid):
    code = "key_scope_unknown"
    detail = Text(vi="Không có quyền {scope}.", en="There is no scope {scope}.")
    action = Text(vi="Chọn trong: {known}.", en="Choose from: {known}.")


class KeyNotFound(NotFound):
    code = "api_key_not_found"
    detail = Text(vi="Không có khoá {prefix}.", en="There is no key {prefix}.")
    action = Text(vi="Xem danh sách bằng `tannoi accounts keys`.", en="See `tannoi accounts keys`.")
