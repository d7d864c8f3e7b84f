"""Protocols that plugins satisfy, and the frozen data that passes through them.

A plugin needs this module and ``errors`` only. An interface grows by a second small
Protocol, never by changing one that is here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping


class Question(NamedTuple):
    """What a model is asked.

    ``instructions`` are ours. ``material`` holds captured text: masked, fenced, and
    not to be trusted. ``schema`` is the JSON schema of the answer. A plugin sends the
    three as they are and gives the model no tools.
    """

    instructions: str
    material: str
    schema: Mapping[str, object]


class Answer(NamedTuple):
    """What a model said, not looked at yet, and the tokens that it counted."""

    text: str
    input_tokens: int = 0
    output_tokens: int = 0


class ExplainerSettings(NamedTuple):
    """How to reach a model. The factory of an ``Explainer`` takes one of these.

    An empty ``base_url`` is the provider's own. ``retries`` counts further tries.
    """

    base_url: str = ""
    api_key: str = ""
    model: str = "gpt-4o-mini"
    temperature: float = 0.3
    max_tokens: int = 2000
    retries: int = 2


class Explainer(Protocol):
    """Puts a question to a model.

    ``model`` names the model, and with it whose answers may be reused. ``ask`` blocks
    for at most about *seconds*, and raises ``ExplainerError`` when there is no
    answer. It may be called from several threads. What it returns is checked
    against the log before anybody sees it, so a plugin need not.
    """

    @property
    def model(self) -> str:
        """The model's name, as reports show it."""
        ...

    def ask(self, question: Question, seconds: float) -> Answer:
        """Return the model's answer to *question*."""
        ...
