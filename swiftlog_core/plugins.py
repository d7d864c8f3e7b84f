"""Find and load plugins by kind and name.

A kind is a group of entry points and the names that we ship. A plugin is imported
when somebody asks for it by name, and no other with it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Final, Generic, TypeVar, cast

from swiftlog_core.errors import PluginBrokenError, PluginNotFoundError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from swiftlog_core.interfaces import Explainer

T = TypeVar("T")


class Kind(Generic[T]):
    """One extension point: an entry-point group and the names that we ship."""

    __slots__ = ("builtin", "group")

    def __init__(self, group: str, builtin: Mapping[str, str]) -> None:
        """Map the *builtin* names to ``module:attribute``."""
        self.group = group
        self.builtin = builtin

    def load(self, name: str) -> Callable[..., T]:
        """Return the factory called *name*, importing that plugin and no other.

        A built-in name wins over an installed one. Raises ``PluginNotFoundError``
        and, whatever the plugin's import raised, ``PluginBrokenError``.
        """
        target = self.builtin.get(name) or self._installed(name)
        module, _, attribute = target.partition(":")
        try:
            return cast("Callable[..., T]", getattr(import_module(module), attribute))
        except Exception as error:
            raise PluginBrokenError(self.group, name, target) from error

    def names(self) -> tuple[str, ...]:
        """List the names that ``load`` knows, sorted; imports no plugin."""
        from importlib.metadata import entry_points

        installed = {point.name for point in entry_points(group=self.group)}
        return tuple(sorted(installed | set(self.builtin)))

    def _installed(self, name: str) -> str:
        # importlib.metadata costs 45 ms to import; a built-in name never pays it.
        from importlib.metadata import entry_points

        for point in entry_points(group=self.group, name=name):
            return point.value
        raise PluginNotFoundError(self.group, name)


EXPLAINERS: Final[Kind[Explainer]] = Kind(
    "swiftlog.explainers",
    {"openai": "swiftlog_integrations.explainers.openai:OpenAIExplainer"},
)
