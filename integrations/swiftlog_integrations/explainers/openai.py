"""Asks an OpenAI-compatible endpoint, by the ``openai`` library.

The library is imported when the first question is asked: it takes 0.8 s. The
endpoint is not trusted: what it sends is bounded in size and time, a redirect
is not followed, and no header of the environment (an organisation, a project, facts
about this machine) goes to it.
"""

from __future__ import annotations

import json
import random
import threading
import time
from typing import TYPE_CHECKING, Any, Final

from swiftlog_core.errors import ExplainerError
from swiftlog_core.interfaces import Answer
from swiftlog_core.transport.address import is_loopback
from swiftlog_integrations.explainers.refusals import Refused, word_for

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from openai import OpenAI

    from swiftlog_core.interfaces import ExplainerSettings, Question

OPENAI: Final = "https://api.openai.com/v1"
MAX_BODY: Final = 1 << 20
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 20.0
CONNECT_SECONDS: Final = 10.0
_SENT: Final = frozenset(
    (
        "accept",
        "accept-encoding",
        "authorization",
        "connection",
        "content-length",
        "content-type",
        "host",
        "user-agent",
        "x-stainless-raw-response",  # the library's own mark that we read the body
    )
)
# How servers say that they do not know a form of answer: OpenAI by 400, others by 422
# or 501, and llama.cpp's by 500.
_UNKNOWN_FORM: Final = frozenset((400, 422, 500, 501))
_CONNECTING: Final = frozenset(
    ("openai", "httpx", "httpx2", "httpcore", "httpcore2", "h11", "ssl", "socket")
)
# 0: the connection failed.
_WORTH_ANOTHER_TRY: Final = frozenset((0, 408, 409, 425, 429, 500, 502, 503, 504, 529))


class OpenAIExplainer:
    """An ``Explainer`` for any server that has ``/chat/completions``.

    Tries three forms of asking for JSON: a schema, an object with a schema, and the
    instructions alone; the one that a server takes is remembered.
    """

    def __init__(self, settings: ExplainerSettings) -> None:
        """Keep the settings; nothing is imported or sent before ``ask``."""
        self._settings = settings
        self._base_url = settings.base_url or OPENAI
        self._form = 0
        self._lock = threading.Lock()
        self._made: OpenAI | None = None

    @property
    def model(self) -> str:
        """The model's name."""
        return self._settings.model

    def ask(self, question: Question, seconds: float) -> Answer:
        """Return the model's answer; raise ``ExplainerError``. Thread-safe."""
        deadline = time.monotonic() + seconds
        with self._lock:
            if self._made is None:
                self._made = self._client()
            client = self._made
        pause, tries, form = FIRST_PAUSE, 0, self._form
        while True:
            try:
                answer = self._once(client, question, form, deadline)
            except Refused as refused:
                if refused.status in _UNKNOWN_FORM and form < len(_FORMS) - 1:
                    form += 1
                    continue
                tries += 1
                wait = refused.retry_after or pause * random.uniform(0.5, 1.5)  # noqa: S311 - jitter
                late = time.monotonic() + wait >= deadline
                final = refused.status not in _WORTH_ANOTHER_TRY
                if final or late or tries > self._settings.retries:
                    raise word_for(refused, self._base_url) from refused
                pause = min(pause * 2, LONGEST_PAUSE)
                time.sleep(wait)
            else:
                self._form = form
                return answer

    def close(self) -> None:
        """Close the connections; a later ``ask`` opens new ones."""
        with self._lock:
            client, self._made = self._made, None
        if client is not None:
            client.close()

    def _once(
        self, client: OpenAI, question: Question, form: int, deadline: float
    ) -> Answer:
        """Send the question once; raise ``Refused`` or ``ExplainerError``."""
        settings = self._settings
        try:
            with client.chat.completions.with_streaming_response.create(
                model=settings.model,
                messages=[
                    {"role": "system", "content": question.instructions},
                    {"role": "user", "content": question.material},
                ],
                temperature=settings.temperature,
                max_tokens=settings.max_tokens,
                timeout=max(deadline - time.monotonic(), 0.001),
                extra_body=_FORMS[form](question.schema),
            ) as response:
                body = _bounded(response.iter_bytes(), deadline)
        except Exception as error:
            # The HTTP library's errors come through as they are while a body is read,
            # and which library that is depends on the version of openai.
            raise _cause(error, deadline) from error
        return _read(body, self._base_url)

    def _client(self) -> OpenAI:
        try:
            from openai import DefaultHttpxClient, OpenAI
        except ImportError as error:
            reason = "the `openai` library is not installed: pip install 'swiftlog[ai]'"
            raise ExplainerError("unusable", reason) from error
        try:
            host = self._base_url.split("://", 1)[-1].split("/", 1)[0]
            http = DefaultHttpxClient(
                follow_redirects=False,
                trust_env=not is_loopback(host.rsplit(":", 1)[0].strip("[]")),
                timeout=CONNECT_SECONDS,
                event_hooks={"request": [_keep_sent], "response": [_refuse]},
            )
            return OpenAI(
                api_key=self._settings.api_key or "none",
                base_url=self._base_url,
                max_retries=0,
                http_client=http,
            )
        except Exception as error:
            reason = f"{self._base_url!r} is no address of an endpoint"
            raise ExplainerError("unreachable", reason) from error


def _keep_sent(request: Any) -> None:  # noqa: ANN401 - httpx's or httpx2's, by version
    """Take off every header that is not needed."""
    for name in list(request.headers):
        if name.lower() not in _SENT:
            del request.headers[name]
    # Nothing is inflated: a small body stays a small answer.
    request.headers["accept-encoding"] = "identity"
    request.headers["user-agent"] = "swiftlog"
    # Questions are rare: no connection waits for the next one.
    request.headers["connection"] = "close"


def _refuse(response: Any) -> None:  # noqa: ANN401 - as above
    """Raise for a status that is no answer, before the library reads its body whole."""
    status = int(response.status_code)
    encoding = response.headers.get("content-encoding", "identity")
    if status == 200 and encoding == "identity":  # noqa: PLR2004 - OK
        return
    wait = response.headers.get("retry-after", "")
    response.close()
    raise Refused(status, retry_after=_seconds(wait))


def _seconds(text: str) -> float:
    """Read a Retry-After header in seconds; 0 when there is none, or it is a date."""
    try:
        return max(0.0, min(float(text), 3600.0))
    except ValueError:
        return 0.0


def _bounded(chunks: Iterable[bytes], deadline: float) -> bytes:
    """Join *chunks* while they are few enough and come in time."""
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if time.monotonic() > deadline:
            raise _late()
        if len(body) > MAX_BODY:
            reason = "the endpoint sends more than an answer can be"
            raise ExplainerError("unusable", reason)
    return bytes(body)


def _late() -> ExplainerError:
    return ExplainerError(
        "late", "the model did not answer in time; SWIFTLOG_OPENAI_TIMEOUT sets it"
    )


def _cause(error: Exception, deadline: float) -> Exception:
    """Return what stands behind an error of the library."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, Refused | ExplainerError):
            return cause
        cause = cause.__cause__ or cause.__context__
    if time.monotonic() >= deadline:
        return _late()
    if type(error).__module__.split(".")[0] in _CONNECTING:
        return Refused(0, type(error.__cause__ or error).__name__)
    return error


def _read(body: bytes, base_url: str) -> Answer:
    """Take the answer out of a response's body."""
    try:
        told = json.loads(body)
        text = told["choices"][0]["message"]["content"]
        usage = told.get("usage") or {}
        counts = usage.get("prompt_tokens") or 0, usage.get("completion_tokens") or 0
        return Answer(str(text or ""), int(counts[0]), int(counts[1]))
    except (ValueError, TypeError, KeyError, IndexError, RecursionError) as error:
        start = body[:200].lstrip().lower()
        what = "a web page" if start.startswith(b"<") else "no chat completion"
        reason = f"{base_url} answered with {what}; check SWIFTLOG_OPENAI_BASE_URL"
        raise ExplainerError("unusable", reason) from error


def _by_schema(schema: Mapping[str, object]) -> dict[str, object]:
    named = {"name": "report", "strict": True, "schema": schema}
    return {"response_format": {"type": "json_schema", "json_schema": named}}


def _by_object(schema: Mapping[str, object]) -> dict[str, object]:
    return {"response_format": {"type": "json_object", "schema": schema}}


def _by_words(_schema: Mapping[str, object]) -> dict[str, object]:
    return {}


_FORMS: Final = (_by_schema, _by_object, _by_words)
