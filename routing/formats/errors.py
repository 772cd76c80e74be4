"""What is wrong with a file, told by the place where it stands."""

from collections.abc import Sequence


class FormatError(ValueError):
    """The document is not what it should be; `path` names where, such as jobs[3].task.id."""

    def __init__(self, path: str, reason: str) -> None:
        self.path = path
        super().__init__(f"{path or 'document'}: {reason}")

    @property
    def errors(self) -> "tuple[FormatError, ...]":
        """Everything that is wrong, one by one."""
        return (self,)


class FormatErrors(FormatError):
    """Several things are wrong; `errors` lists them all in reading order, each once."""

    def __init__(self, errors: Sequence[FormatError]) -> None:
        self._errors = tuple({str(error): error for error in errors}.values())
        super().__init__(self._errors[0].path, "")
        self.args = ("; ".join(str(error) for error in self._errors),)

    @property
    def errors(self) -> tuple[FormatError, ...]:
        """Everything that is wrong, one by one."""
        return self._errors
