"""One tree of expected errors, so that every door, job and command explains a failure alike.

TanNoiError
├── NotSignedIn   nobody knows who calls                                         (HTTP 401)
├── NotFound      nothing of that name, or nothing that the caller may know of   (HTTP 404)
├── NotAllowed    the caller is known and may not do this                        (HTTP 403)
├── Invalid       what was sent breaks a rule; `fields` says where               (HTTP 422)
├── Conflict      right in itself, but not in the present state                  (HTTP 409)
├── TooOften      right in itself, but too many times in a short while           (HTTP 429)
├── Overtaken     what the caller had seen is not what is there now              (HTTP 412)
└── Unavailable   a part we need is away; trying again later can help            (HTTP 503)

A domain derives its own errors beside its verbs and raises them with the values of the message:

    class PlanNotFound(NotFound):
        code = "plan_not_found"
        detail = Text(vi="Không có kế hoạch {plan}.", en="There is no plan {plan}.")
        action = Text(vi="Xem lại mã kế hoạch.", en="Check the id of the plan.")

    raise PlanNotFound(plan=plan_id)

`code` is stable for ever, `detail` is the one-line reason and `action` the next step, both in
Vietnamese and English. HTTP statuses live in mobile_api/problems.py and nowhere else.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from string import Formatter
from typing import Any, ClassVar, Literal, get_args

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = get_args(Language)

_OUR_PACKAGES = frozenset({"backend", "mobile_api"})
_BY_CODE: dict[str, type["TanNoiError"]] = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A sentence in Vietnamese and in English; `{name}` marks a value filled in when raised."""

    vi: str
    en: str

    def in_language(self, language: Language) -> str:
        return self.vi if language == "vi" else self.en

    def filled(self, values: Mapping[str, object]) -> "Text":
        """The sentence with its values; a date as people of each language write it."""
        local = {name: _as_read(value) for name, value in values.items()}
        return Text(vi=self.vi.format_map(local), en=self.en.format_map(values))

    def placeholders(self) -> frozenset[str]:
        """Names of the values that this text needs."""
        parts = [*Formatter().parse(self.vi), *Formatter().parse(self.en)]
        return frozenset(name for _, name, _, _ in parts if name)


def _as_read(value: object) -> object:
    is_day = isinstance(value, date) and not isinstance(value, datetime)
    return f"{value:%d/%m/%Y}" if is_day else value


class TanNoiError(Exception):
    """Root of the tree: catch it to catch every expected failure. Never raised itself.

    fields: dotted path of an input field → what is wrong with it; the class's own `detail` is told
    with its values.
    retry_after_s: seconds after which the same call may succeed.
    """

    code: ClassVar[str] = "error"
    detail: Text = Text(vi="Không thực hiện được.", en="It could not be done.")
    action: Text = Text(vi="Thử lại sau.", en="Try again later.")

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if cls.__module__.partition(".")[0] not in _OUR_PACKAGES:
            return
        for name in ("code", "detail", "action"):
            if name not in cls.__dict__:
                raise TypeError(f"{cls.__qualname__} must define its own `{name}`")
        if other := _BY_CODE.get(cls.code):
            raise TypeError(
                f"{cls.__qualname__}: code {cls.code!r} belongs to {other.__qualname__}"
            )
        _BY_CODE[cls.code] = cls

    def __init__(
        self,
        *,
        fields: Mapping[str, Text] | None = None,
        retry_after_s: int | None = None,
        **values: object,
    ) -> None:
        needed = type(self).detail.placeholders() | type(self).action.placeholders()
        if needed != values.keys():
            raise TypeError(
                f"{type(self).__qualname__} takes {sorted(needed)}, got {sorted(values)}"
            )
        self.detail = type(self).detail.filled(values)
        self.action = type(self).action.filled(values)
        self.fields: dict[str, Text] = {
            name: self.detail if words is type(self).detail else words
            for name, words in (fields or {}).items()
        }
        self.retry_after_s = retry_after_s
        self.values = values
        super().__init__(f"{self.code}: {self.detail.en}")


class NotSignedIn(TanNoiError):
    code = "not_signed_in"
    detail = Text(vi="Chưa đăng nhập.", en="You are not signed in.")
    action = Text(
        vi="Đăng nhập tại /dang-nhap; chương trình thì gửi Authorization: Bearer.",
        en="Sign in at /dang-nhap; programs send Authorization: Bearer.",
    )


class NotFound(TanNoiError):
    code = "not_found"
    detail = Text(vi="Không tìm thấy.", en="Nothing was found there.")
    action = Text(vi="Kiểm tra lại địa chỉ hoặc mã.", en="Check the address or the id.")


class NotAllowed(TanNoiError):
    code = "not_allowed"
    detail = Text(vi="Không có quyền làm việc này.", en="You may not do this.")
    action = Text(
        vi="Đăng nhập bằng tài khoản có quyền, hoặc nhờ người phụ trách.",
        en="Use an account that may, or ask the person in charge.",
    )


class Invalid(TanNoiError):
    code = "invalid"
    detail = Text(vi="Dữ liệu gửi lên chưa đúng.", en="What was sent is not valid.")
    action = Text(vi="Sửa các trường được nêu rồi gửi lại.", en="Correct the fields named.")


class Conflict(TanNoiError):
    code = "conflict"
    detail = Text(
        vi="Trạng thái hiện tại không cho phép việc này.", en="The present state forbids this."
    )
    action = Text(
        vi="Tải lại dữ liệu mới nhất rồi thử lại.", en="Load the newest state, try again."
    )


class TooOften(TanNoiError):
    code = "too_often"
    detail = Text(vi="Quá nhiều lần trong thời gian ngắn.", en="Too many times in a short while.")
    action = Text(vi="Đợi một lát rồi thử lại.", en="Wait a moment, then try again.")


class Overtaken(TanNoiError):
    code = "overtaken"
    detail = Text(
        vi="Dữ liệu đã thay đổi từ lúc mở xem.", en="It has changed since you looked at it."
    )
    action = Text(
        vi="Tải lại, xem thay đổi rồi làm tiếp.", en="Load it again, look, and go on from there."
    )


class Unavailable(TanNoiError):
    code = "unavailable"
    detail = Text(vi="Một phần của hệ thống đang tạm ngừng.", en="A part of the system is away.")
    action = Text(vi="Thử lại sau ít phút.", en="Try again in a few minutes.")


def list_error_classes() -> tuple[type[TanNoiError], ...]:
    """Every error of the modules imported so far, by code: the source of the errors index."""
    return tuple(_BY_CODE[code] for code in sorted(_BY_CODE))
