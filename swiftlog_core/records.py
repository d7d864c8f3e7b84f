"""``NamedTuple`` as typing has it, made in a sixth of the time.

typing's own compiles and checks each annotation when the class is made; with
annotations that are texts that took a fifth of the recorder's start. Type checkers
see typing's. Only what lies on the way to a command's first byte needs this one.
"""

from __future__ import annotations

from collections import namedtuple
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import NamedTuple
else:
    _OWN = frozenset({"__annotations__", "__module__", "__qualname__", "__classcell__"})

    class _Maker(type):
        def __new__(
            mcs: type[type], name: str, bases: tuple[type, ...], namespace: dict
        ) -> type:
            if not bases:
                return super().__new__(mcs, name, bases, namespace)
            fields = namespace.get("__annotations__", {})
            defaults = [namespace[field] for field in fields if field in namespace]
            made = namedtuple(  # noqa: PYI024 - this makes typing's kind
                name, fields, defaults=defaults, module=namespace["__module__"]
            )
            made.__annotations__ = fields
            made.__qualname__ = namespace["__qualname__"]
            for key, value in namespace.items():
                if key not in fields and key not in _OWN:
                    setattr(made, key, value)
            return made

    class NamedTuple(metaclass=_Maker):
        """Base of a class with typed fields; the class is a plain named tuple."""


__all__ = ["NamedTuple"]
