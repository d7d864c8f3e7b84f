"""Our NamedTuple makes what typing's makes."""

from __future__ import annotations

import pickle
import typing

from swiftlog_core import records


class Ours(records.NamedTuple):
    """A point."""

    x: int
    y: int = 7
    tags: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Both."""
        return self.x + self.y


class Theirs(typing.NamedTuple):
    """A point."""

    x: int
    y: int = 7
    tags: tuple[str, ...] = ()

    @property
    def total(self) -> int:
        """Both."""
        return self.x + self.y


def test_fields_defaults_methods_and_equality_are_those_of_typing() -> None:
    assert Ours(1) == Theirs(1) == (1, 7, ())
    assert Ours._fields == Theirs._fields
    assert Ours._field_defaults == Theirs._field_defaults
    assert Ours(1, 2).total == 3
    assert Ours(1)._replace(x=2)._asdict() == Theirs(2)._asdict()
    assert Ours.__doc__ == Theirs.__doc__
    assert repr(Ours(1)) == repr(Theirs(1)).replace("Theirs", "Ours")
    assert typing.get_type_hints(Ours) == typing.get_type_hints(Theirs)


def test_records_can_be_pickled() -> None:
    assert pickle.loads(pickle.dumps(Ours(1))) == Ours(1)
