"""Tokens are made, listed and revoked within what a principal may see."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from swiftlog_server.accounts.authenticator import TokenAuthenticator
from swiftlog_server.accounts.models import User
from swiftlog_server.accounts.service import AccountService, TokenWish
from swiftlog_server.errors import ProjectNotFoundError, TokenNotFoundError
from swiftlog_server.projects.models import Organisation, Project

if TYPE_CHECKING:
    from swiftlog_server.accounts.interfaces import Principal
    from swiftlog_server.db.engine import Database

NOW = datetime(2026, 11, 24, tzinfo=UTC)


@pytest.fixture
def authenticator(database: Database) -> TokenAuthenticator:
    return TokenAuthenticator(database)


@pytest.fixture
def accounts(database: Database, authenticator: TokenAuthenticator) -> AccountService:
    with database.writing() as session:
        session.add(Organisation(id=1, name="home", created_at=NOW))
        session.flush()
        for number in (1, 2):
            session.add(
                Project(
                    id=number,
                    organisation_id=1,
                    name=f"org/{number}",
                    created_at=NOW,
                )
            )

    def find(principal: Principal, name: str) -> int:
        number = int(name.rpartition("/")[2])
        if not principal.reach().holds(number, 1):
            raise ProjectNotFoundError(name)
        return number

    return AccountService(database, authenticator, find_project=find)


@pytest.fixture
def admin(accounts: AccountService, authenticator: TokenAuthenticator) -> Principal:
    token = accounts.ensure_admin_token()
    assert token is not None
    return authenticator.authenticate(token)


@pytest.fixture
def stranger(database: Database, admin: Principal) -> Principal:
    """Return a user who is no administrator and a member of nothing."""
    with database.writing() as session:
        user = User(login="somebody", created_at=NOW)
        session.add(user)
        session.flush()
        assert user.id is not None
    return admin._replace(user_id=user.id, is_admin=False, login="somebody")


def test_the_first_start_makes_one_administrator_and_shows_its_token_once(
    accounts: AccountService,
) -> None:
    with ThreadPoolExecutor(4) as pool:
        made = list(pool.map(lambda _: accounts.ensure_admin_token(), range(4)))
    assert sum(token is not None for token in made) == 1
    assert accounts.ensure_admin_token() is None


def test_a_lost_token_is_replaced_by_a_new_one_that_works(
    accounts: AccountService, authenticator: TokenAuthenticator, admin: Principal
) -> None:
    again = authenticator.authenticate(accounts.create_admin_token())
    assert again.user_id == admin.user_id
    assert again.scope == "admin"
    assert again.token_id != admin.token_id


def test_an_administrator_is_made_when_there_is_none(
    accounts: AccountService, authenticator: TokenAuthenticator
) -> None:
    assert authenticator.authenticate(accounts.create_admin_token()).is_admin


def test_a_bound_token_is_within_its_project_only(
    accounts: AccountService, authenticator: TokenAuthenticator, admin: Principal
) -> None:
    made = accounts.create_token(admin, TokenWish("ci", "ingest", "org/2"))
    bound = authenticator.authenticate(made.token)
    assert bound.project_id == 2
    assert bound.role_in(2, 1) == "owner"
    assert bound.role_in(1, 1) is None


def test_a_bound_token_makes_no_token_that_reaches_further(
    accounts: AccountService, authenticator: TokenAuthenticator, admin: Principal
) -> None:
    made = accounts.create_token(admin, TokenWish("bound", "admin", "org/2"))
    bound = authenticator.authenticate(made.token)
    assert accounts.create_token(bound, TokenWish("x", "read")).row.project_id == 2
    with pytest.raises(ProjectNotFoundError):
        accounts.create_token(bound, TokenWish("x", "read", "org/1"))


def test_people_see_and_revoke_their_own_tokens_and_administrators_all(
    accounts: AccountService, admin: Principal, stranger: Principal
) -> None:
    mine = accounts.create_token(stranger, TokenWish("mine", "read")).row
    rows, total = accounts.list_tokens(stranger, limit=10, offset=0)
    assert ([row.id for row in rows], total) == ([mine.id], 1)
    rows, total = accounts.list_tokens(admin, limit=1, offset=0)
    assert ([row.id for row in rows], total) == ([mine.id], 2)
    assert admin.token_id is not None
    with pytest.raises(TokenNotFoundError):
        accounts.revoke_token(stranger, admin.token_id)


def test_a_bound_token_sees_only_tokens_of_its_project(
    accounts: AccountService, authenticator: TokenAuthenticator, admin: Principal
) -> None:
    made = accounts.create_token(admin, TokenWish("bound", "admin", "org/2"))
    bound = authenticator.authenticate(made.token)
    rows, total = accounts.list_tokens(bound, limit=10, offset=0)
    assert ([row.id for row in rows], total) == ([made.row.id], 1)


def test_revoking_twice_keeps_the_first_time(
    accounts: AccountService, admin: Principal
) -> None:
    made = accounts.create_token(admin, TokenWish("x", "read"))
    assert made.row.id is not None
    ends = []
    for _ in range(2):
        accounts.revoke_token(admin, made.row.id)
        rows, _total = accounts.list_tokens(admin, limit=1, offset=0)
        ends.append(rows[0].revoked_at)
    assert ends[0] is not None
    assert ends[0] == ends[1]
