"""The decorators below a route: `@access(roles…, scope=…)` and `@public()`.

    @blueprint.post("/plans")
    @access(Role.DISPATCHER, scope=Scope.AREA)
    @idempotent()
    def ask_for_plan(body): ...

The declaration is enforced before the view runs, shows in /openapi.json (`security`, `x-roles`,
`x-scope`), and the application refuses to start with an operation that has none.
"""

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from enum import StrEnum
from functools import wraps
from typing import Any

from flask import Flask, request

from backend.accounts.errors import RoleNotAllowed
from backend.accounts.roles import Role
from backend.database import unit_of_work
from mobile_api.access.rows import SEEN, demand_own_province, demand_seen
from mobile_api.access.signed_in import sign_in

_DECLARED = "declared_access"


class Scope(StrEnum):
    """How far a caller of an operation sees."""

    PROVINCE = "PROVINCE"
    AREA = "AREA"
    """Planning areas of the caller's grant; units, for a supervising authority."""
    OFFICE = "OFFICE"
    """Offices or post offices of the caller's grant."""
    OWN = "OWN"
    PUBLIC = "PUBLIC"
    TOKEN = "TOKEN"
    """The id itself is the secret."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Declared:
    """What an operation says of its callers. `key` is the scope that an API key needs."""

    roles: tuple[Role, ...]
    scope: Scope
    key: str | None = None
    revoked_devices: bool = False


type View = Callable[..., Any]


def access(
    *roles: Role, scope: Scope, key: str | None = None, revoked_devices: bool = False
) -> Callable[[View], View]:
    """Only these roles; ids in the path that are not the caller's find nothing (404).

    key: what an integrator's API key must be allowed; Role.INTEGRATOR is then among the roles.
    revoked_devices: a phone that was reported lost is let in; the view gives it nothing.
    """
    named = (*roles, Role.INTEGRATOR) if key else roles
    declared = Declared(roles=named, scope=scope, key=key, revoked_devices=revoked_devices)
    if not named or scope in {Scope.PUBLIC, Scope.TOKEN}:
        raise ValueError("access() needs roles and a scope of rows; use public() for the rest")

    def decorator(view: View) -> View:
        @wraps(view)
        def guarded(*args: Any, **kwargs: Any) -> Any:
            with unit_of_work() as session:
                caller = sign_in(session, revoked_devices=revoked_devices)
                allowed = caller.role in named and (
                    caller.role is not Role.INTEGRATOR or key in caller.scopes
                )
                if not allowed:
                    raise RoleNotAllowed
                if scope is not Scope.OWN:  # such a view looks for the caller's own rows alone
                    demand_own_province(caller)
                    demand_seen(session, caller, request.view_args or {})
            return view(*args, **kwargs)

        return _documented(guarded, declared)

    return decorator


def public(*, scope: Scope = Scope.PUBLIC) -> Callable[[View], View]:
    """Anybody; `scope=Scope.TOKEN` where the id in the path is the secret."""
    declared = Declared(roles=(), scope=scope)
    if scope not in {Scope.PUBLIC, Scope.TOKEN}:
        raise ValueError("public() names PUBLIC or TOKEN")

    def decorator(view: View) -> View:
        @wraps(view)
        def open_to_all(*args: Any, **kwargs: Any) -> Any:
            return view(*args, **kwargs)

        return _documented(open_to_all, declared)

    return decorator


def declared_access(view: View) -> Declared | None:
    """What a view declares; None if it forgot."""
    return getattr(view, _DECLARED, None)


def demand_declarations(app: Flask, doors: tuple[str, ...]) -> None:
    """Raises RuntimeError at start for an operation without declaration, or whose ids nobody
    knows how to judge."""
    for rule in app.url_map.iter_rules():
        if rule.endpoint.partition(".")[0] not in doors or "." not in rule.endpoint:
            continue
        declared = declared_access(app.view_functions[rule.endpoint])
        if declared is None:
            raise RuntimeError(f"{rule.endpoint}: declare @access(…) or @public()")
        rows = declared.scope in {Scope.PROVINCE, Scope.AREA, Scope.OFFICE}
        if rows and (unknown := rule.arguments - SEEN.keys()):
            raise RuntimeError(f"{rule.endpoint}: whose is {unknown}? See mobile_api/access/rows")


def _documented(view: View, declared: Declared) -> View:
    """Puts the declaration where flask-smorest reads it, and where tests do."""
    known = deepcopy(getattr(view, "_apidoc", {}))
    manual = known.setdefault("manual_doc", {})
    manual["x-scope"] = declared.scope.value
    manual["x-roles"] = [role.value for role in declared.roles]
    manual["security"] = [{"bearer": []}, {"cookie": []}] if declared.roles else []
    if declared.key:
        manual["x-key-scope"] = declared.key
    vars(view)["_apidoc"] = known
    vars(view)[_DECLARED] = declared
    return view
