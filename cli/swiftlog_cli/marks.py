"""What stands for ``typing.override`` at run time on Python 3.11.

Type checkers take the real one from typing_extensions, which we do not depend on.
"""

from __future__ import annotations


def override(method: object) -> object:
    """Return *method*: the mark is for type checkers."""
    return method
