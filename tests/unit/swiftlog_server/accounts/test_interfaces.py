"""What a principal may know of and do follows from its roles and its token."""

from __future__ import annotations

import pytest

from swiftlog_server.accounts.interfaces import Principal
from swiftlog_server.errors import RoleTooLowError, ScopeTooLowError

ADMIN = Principal("token:1", 1, "admin", "admin", is_admin=True)
MEMBER = Principal(
    "token:2",
    2,
    "member",
    "admin",
    organisation_roles={7: "viewer"},
    project_roles={70: "maintainer", 80: "viewer"},
)


def test_a_project_role_adds_to_the_organisations() -> None:
    assert MEMBER.role_in(70, 7) == "maintainer"
    assert MEMBER.role_in(71, 7) == "viewer"
    assert MEMBER.role_in(80, 8) == "viewer"
    assert MEMBER.role_in(81, 8) is None
    assert ADMIN.role_in(81, 8) == "owner"


def test_reach_holds_exactly_the_projects_with_a_role() -> None:
    for project, organisation in ((70, 7), (71, 7), (80, 8), (81, 8)):
        known = MEMBER.role_in(project, organisation) is not None
        assert MEMBER.reach().holds(project, organisation) == known
        assert ADMIN.reach().holds(project, organisation)


def test_a_binding_narrows_even_the_administrator() -> None:
    bound = ADMIN._replace(project_id=70)
    assert bound.reach().holds(70, 7)
    assert not bound.reach().holds(71, 7)
    assert bound.role_in(70, 7) == "owner"
    assert bound.role_in(71, 7) is None
    with pytest.raises(RoleTooLowError):
        bound.require_server_admin()


def test_a_binding_gives_no_role_that_the_user_does_not_have() -> None:
    bound = MEMBER._replace(project_id=81)
    assert bound.role_in(81, 8) is None
    assert not bound.reach().holds(81, 8)
    assert not bound.reach().holds(70, 7)
    with pytest.raises(RoleTooLowError):
        bound.require_role("viewer", 81, 8)


def test_roles_are_ordered_viewer_maintainer_owner() -> None:
    MEMBER.require_role("viewer", 70, 7)
    MEMBER.require_role("maintainer", 70, 7)
    with pytest.raises(RoleTooLowError, match="maintainer; owner is needed"):
        MEMBER.require_role("owner", 70, 7)


@pytest.mark.parametrize(
    ("scope", "needed", "fits"),
    [
        ("admin", (), True),
        ("admin", ("read",), True),
        ("read", ("read",), True),
        ("read", ("ingest", "read"), True),
        ("read", ("ingest",), False),
        ("ingest", ("read",), False),
        ("read", (), False),
    ],
)
def test_a_scope_fits_when_it_is_named_or_admin(
    scope: str, needed: tuple[str, ...], fits: bool
) -> None:
    principal = MEMBER._replace(scope=scope)
    if fits:
        principal.require_scope(*needed)
    else:
        with pytest.raises(ScopeTooLowError, match=f"scope is {scope}"):
            principal.require_scope(*needed)
