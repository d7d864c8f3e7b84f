"""A token is checked against the database, and remembered for seconds."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from sqlmodel import select

from swiftlog_server.accounts.authenticator import CACHE_SECONDS, TokenAuthenticator
from swiftlog_server.accounts.models import ApiToken, Membership, User
from swiftlog_server.accounts.service import AccountService, TokenWish
from swiftlog_server.errors import UnauthenticatedError
from swiftlog_server.projects.models import Organisation, Project

if TYPE_CHECKING:
    from swiftlog_server.db.engine import Database

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)


class Clock:
    """A clock that tests set; monotonic and wall time move together."""

    def __init__(self) -> None:
        self.seconds = 0.0

    def monotonic(self) -> float:
        return self.seconds

    def now(self) -> datetime:
        return NOW + timedelta(seconds=self.seconds)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def authenticator(database: Database, clock: Clock) -> TokenAuthenticator:
    return TokenAuthenticator(database, now=clock.now, clock=clock.monotonic)


@pytest.fixture
def accounts(
    database: Database, authenticator: TokenAuthenticator, clock: Clock
) -> AccountService:
    return AccountService(
        database, authenticator, find_project=lambda _p, _n: 1, now=clock.now
    )


@pytest.fixture
def admin_token(accounts: AccountService) -> str:
    token = accounts.ensure_admin_token()
    assert token is not None
    return token


def test_a_token_speaks_for_its_user(
    authenticator: TokenAuthenticator, admin_token: str
) -> None:
    principal = authenticator.authenticate(admin_token)
    assert (principal.login, principal.scope, principal.is_admin) == (
        "admin",
        "admin",
        True,
    )
    assert principal.key == f"token:{principal.token_id}"


@pytest.mark.parametrize(
    "token",
    [
        "",
        "swl_",
        "swl_" + "x" * 43,
        "Bearer swl_x",
        "swl_" + "x" * 10_000,
        "swl_\udcff",
    ],
)
def test_an_unknown_token_is_refused_without_being_repeated(
    authenticator: TokenAuthenticator, token: str
) -> None:
    with pytest.raises(UnauthenticatedError) as refused:
        authenticator.authenticate(token)
    assert not token[4:] or token not in str(refused.value)


def test_a_revoked_token_is_refused_at_once_although_it_was_remembered(
    authenticator: TokenAuthenticator, accounts: AccountService, admin_token: str
) -> None:
    principal = authenticator.authenticate(admin_token)
    assert authenticator.cached(admin_token) == principal
    assert principal.token_id is not None
    accounts.revoke_token(principal, principal.token_id)
    assert authenticator.cached(admin_token) is None
    with pytest.raises(UnauthenticatedError, match="revoked"):
        authenticator.authenticate(admin_token)


def test_what_is_remembered_is_forgotten_after_seconds(
    authenticator: TokenAuthenticator, admin_token: str, clock: Clock
) -> None:
    authenticator.authenticate(admin_token)
    clock.seconds = CACHE_SECONDS - 0.1
    assert authenticator.cached(admin_token) is not None
    clock.seconds = CACHE_SECONDS
    assert authenticator.cached(admin_token) is None


def test_expiry_is_felt_to_the_second_in_spite_of_the_memory(
    authenticator: TokenAuthenticator,
    accounts: AccountService,
    admin_token: str,
    clock: Clock,
) -> None:
    admin = authenticator.authenticate(admin_token)
    wish = TokenWish("short", "read", expires_at=NOW + timedelta(seconds=3))
    token = accounts.create_token(admin, wish).token
    authenticator.authenticate(token)
    clock.seconds = 2.9
    assert authenticator.cached(token) is not None
    clock.seconds = 3.0
    assert authenticator.cached(token) is None
    with pytest.raises(UnauthenticatedError, match="expired"):
        authenticator.authenticate(token)


def test_a_disabled_user_has_no_working_token(
    database: Database, authenticator: TokenAuthenticator, admin_token: str
) -> None:
    with database.writing() as session:
        user = session.exec(select(User)).one()
        user.disabled_at = NOW
        session.add(user)
    with pytest.raises(UnauthenticatedError, match="disabled"):
        authenticator.authenticate(admin_token)


def test_roles_of_organisations_and_projects_come_with_the_principal(
    database: Database, authenticator: TokenAuthenticator, admin_token: str
) -> None:
    with database.writing() as session:
        home = Organisation(name="home", created_at=NOW)
        session.add(home)
        session.flush()
        assert home.id is not None
        project = Project(organisation_id=home.id, name="p", created_at=NOW)
        session.add(project)
        session.flush()
        user = session.exec(select(User)).one()
        assert user.id is not None
        for place in ({"organisation_id": home.id}, {"project_id": project.id}):
            role = "viewer" if "project_id" in place else "maintainer"
            session.add(Membership(user_id=user.id, role=role, created_at=NOW, **place))
    principal = authenticator.authenticate(admin_token)
    assert principal.organisation_roles == {home.id: "maintainer"}
    assert principal.project_roles == {project.id: "viewer"}
    authenticator.forget_user(principal.user_id)
    assert authenticator.cached(admin_token) is None


def test_last_use_is_written_off_the_path_and_only_once(
    database: Database, authenticator: TokenAuthenticator, admin_token: str
) -> None:
    def last_used() -> datetime | None:
        with database.reading() as session:
            return session.exec(select(ApiToken)).one().last_used_at

    authenticator.authenticate(admin_token)
    assert last_used() is None
    authenticator.write_usage()
    assert last_used() == NOW
    authenticator.write_usage()
    assert last_used() == NOW


def test_only_the_digest_of_a_token_is_stored(
    database: Database, admin_token: str
) -> None:
    with database.reading() as session:
        row = session.exec(select(ApiToken)).one()
    assert admin_token.startswith(row.hint)
    stored = row.model_dump_json()
    assert admin_token not in stored
    assert admin_token[8:] not in stored
