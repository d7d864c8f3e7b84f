"""What a model's sentence may not hold. Each rule is one function over plain text.

``cited`` and ``data`` are the lines that a claim cites and all that the model was
shown, in lower case with single blanks.
"""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Final

from swiftlog_core.explain.report.markdown import inert

if TYPE_CHECKING:
    from collections.abc import Iterator

_ADDRESS: Final = re.compile(
    r"[a-z][a-z0-9+.-]{0,20}://|\bwww\.|\b(?:mailto|javascript|data|tel|ftp):\S|"
    r"\bhttps?\b\s*:|hxxp|\[\.\]|\bdot (?:com|org|net|io)\b",
    re.IGNORECASE,
)
_DOMAIN: Final = re.compile(
    r"\b(?:[a-z0-9-]{1,63}\.){1,5}(?:com|org|net|io|dev|sh|ai|app|co|info|biz|xyz|me|ru|"
    r"cn|de|uk|eu|us|example|test|invalid|top|site|link|click|cloud|page|gg|ly)\b"
    r"(?:[/:?#]\S*)?",
    re.IGNORECASE,
)
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
_TAG: Final = re.compile(r"<[a-zA-Z/!?][^<>]{0,200}>?")
_MENTION: Final = re.compile(r"(?<![\w/@])@[\w-][\w./-]*")
_BRACKETS: Final = re.compile(r"!\[|\]\s*[(\[:]|\[[^\]]*\]\s*\(|&#?\w+;|\\u[0-9a-f]{4}")

# Programs whose names are no English words, anywhere; and any program, in code.
_PROGRAM: Final = (
    r"curl|wget|sudo|chmod|chown|ssh|scp|rsync|nc|ncat|netcat|eval|mkfs|dd|iwr|iex|"
    r"powershell|pwsh|bash|zsh|systemctl|crontab|kubectl|gh|apt-get|brew|npx"
)
_TOOL: Final = (
    r"git|npm|yarn|pnpm|pip3?|uv|poetry|docker|podman|python3?|node|cargo|go|make|mvn|"
    r"gradle|gem|bundle|apt|yum|dnf|apk|sh|rm|mv|cp|cat|echo|export|env|kill|tee|helm|"
    r"terraform|ansible|aws|gcloud|az|psql|mysql|redis-cli|openssl|base64|perl|ruby|php"
)
_COMMAND: Final = re.compile(
    rf"\b(?:{_PROGRAM})\s+[^\s.,;]+|"
    rf"(?:^|[\s`'\"(])(?:git|npm|yarn|pnpm|pip3?|docker|apt|poetry|cargo|gem|helm)\s+"
    r"(?:-\S+|install|add|remove|push|pull|run|exec|config|reset|checkout|clone|publish|"
    r"uninstall|update|upgrade|audit|ci|set|login)\b(?:\s+[^\s.,;]+)?|"
    r"\brm\s+-\S+|(?:^|\s)\$\s+\S+|\|\s*(?:ba|z)?sh\b|&&|\$\(|>\s*/|;\s*\w+\s+-",
    re.IGNORECASE,
)
_CODE: Final = re.compile(r"`+([^`]{1,300})`+")
_COMMAND_IN_CODE: Final = re.compile(
    rf"^\W*(?:{_PROGRAM}|{_TOOL})(?:\s+\S|$)|[|;&]\s|\$\(|--?\w", re.IGNORECASE
)

# Words with which people are led, and that explain no failure unless the log has them.
_LEADING: Final = re.compile(
    r"\b(?:"
    r"please|kindly|approv\w+|merg(?:e|ed|ing)|lgtm|passwords?|passphrase|"
    r"credentials?|secrets?|tokens?|api[- ]?keys?|private keys?|downloads?|"
    r"visit\w*|click\w*|e-?mails?|paste|upload\w*|contact\w*|phone|"
    r"call (?:us|me|now)|ignor\w+|disregard\w*|instruct\w+|prompts?|assistants?|"
    r"ai|llms?|chatgpt|gpt-?\w*|openai|language models?|disabl\w+|bypass\w*|"
    r"overrid\w+|turn(?:ing)? off|switch(?:ing)? off|deploy\w*|ship it|ship this|"
    r"trust\w*|urgent\w*|immediately|sorry|i|i'm|i am|my|we|our|you are|poems?|"
    r"jokes?|hack\w*|pwn\w*|owned|bitcoin|crypto\w*|wallet|pay|payment|money|"
    r"donat\w+|invoice|admin\w*|root access|revok\w+|whitelist\w*|allow-?list\w*|"
    r"skip\w*|bug bounty|security team|support team|hotline|chat|discord|telegram|"
    r"slack|reward|vote|subscrib\w+|star this|delet\w+|eras\w+|wip(?:e|ed|ing)|"
    r"format(?:ting)? (?:the|your) disk|force[- ]push\w*|rot13|base64|decod\w+|"
    r"as requested|as instructed|nothing else|verbatim|repeat\w*|send\w*"
    r")\b",
    re.IGNORECASE,
)
_IMPERATIVE: Final = re.compile(
    r"^\W*(?:run|execute|install|add|remove|use|try|make|ensure|check|update|upgrade|"
    r"open|go|see|tell|ask|enable|change|replace|revert|retry|rerun|re-run|restart|set|"
    r"do|don't|never|always|stop|start|begin|read|write|say|report|note|remember|"
    r"consider|verify|confirm|mark|treat|let)\b",
    re.IGNORECASE,
)
_ALL_IS_WELL: Final = re.compile(
    r"\b(?:build|tests?|run|job|pipeline|command|suite|checks?|everything|all|it|this|"
    r"workflow|code|change|result|status|log|lines?)\b(?:\W+\w+){0,4}?\W+(?:(?:has|have|"
    r"had|is|are|was|were)\W+)?(?:passed|passes|passing|succeeded|succeeds|successful|"
    r"successfully|green|fine|ok|okay|healthy|clean)\b|"
    r"\b(?:no|zero|without(?: any)?)\s+(?:\w+\s+)?(?:errors?|problems?|issues?|"
    r"failures?|bugs?|defects?|vulnerabilit\w+|faults?|concerns?)\b|"
    r"\bnothing\b|\b(?:did|does|has|have)(?:\s+not|n't)\W+(?:\w+\W+)?fail\w*|"
    r"\bno (?:action|fix|change|review)s?\b|\bfalse\W+(?:alarm|positive)s?\b|"
    r"\bnot? (?:a |an )?(?:real|actual|genuine|true)\b|\b(?:harmless|benign|"
    r"cosmetic|intentional|unrelated|irrelevant|safe|safely)\b|\bcan be (?:ignored|"
    r"merged|skipped|closed|released|dismissed)\b|"
    r"\bexpected (?:failure|behaviou?r|result)\b|"
    r"\bas (?:expected|intended|designed)\b|\bsuccess\b(?!\w)|\b(?:all|100 ?%) "
    r"(?:good|clear)\b|\bready (?:to|for)\b",
    re.IGNORECASE,
)
# Words of the trade in capitals or with digits that name nothing in particular.
_ORDINARY: Final = frozenset((
    "json", "http", "https", "html", "yaml", "xml", "toml", "csv", "api", "url", "uri",
    "ci", "cd", "sql", "cpu", "gpu", "ram", "ssl", "tls", "dns", "tcp", "udp", "utf-8",
    "utf8", "ascii", "ide", "sdk", "cli", "gui", "os", "i/o", "io", "x86", "x64",
    "oom", "64-bit", "32-bit", "posix", "and/or", "e.g", "i.e", "etc", "id", "null",
    "none", "true", "false", "not", "no", "yes", "ok", "null-pointer",
))  # fmt: skip
_TOKEN: Final = re.compile(r"[^\s`\"\u201c\u201d]+")
_QUOTED: Final = re.compile(
    r"`+([^`]{1,300})`+|\"([^\"]{2,300})\"|\u201c([^\u201d]{2,300})\u201d"
)
_SHORT: Final = 2  # a drive's letter, an `or`
_EDGES: Final = ".,;:!?()[]{}'\u2019\"`<>*\u2026"
_STOP: Final = frozenset((
    "that", "this", "with", "from", "because", "when", "where", "which", "there",
    "their", "have", "been", "were", "could", "should", "would", "cannot", "does",
    "after", "before", "while", "then", "than", "into", "onto", "they", "them",
    "these", "those", "line", "lines", "error", "errors", "failed", "fails", "fail",
    "failure", "command", "caused", "cause", "causes", "make", "sure", "check", "run",
    "running", "exit", "code",
))  # fmt: skip


def hides_something(text: str) -> bool:
    """Tell whether *text* has hidden characters or letters that are not Latin."""
    flat = text.replace("\n", " ").replace("\t", " ")
    if inert(flat) != flat:
        return True
    return any(
        character.isalpha()
        and not character.isascii()
        and not unicodedata.name(character, "").startswith("LATIN ")
        for character in unicodedata.normalize("NFKC", flat)
    )


def has_link(text: str, cited: str) -> bool:
    """Tell whether *text* leads somewhere: an address, or a host that is not cited."""
    if _ADDRESS.search(text) or _EMAIL.search(text):
        return True
    return any(match[0].lower() not in cited for match in _DOMAIN.finditer(text))


def has_markup(text: str, cited: str) -> bool:
    """Tell whether *text* has links, images, entities or tags that are not cited."""
    if _BRACKETS.search(text):
        return True
    return any(match[0].lower() not in cited for match in _TAG.finditer(text))


def has_mention(text: str, cited: str) -> bool:
    """Tell whether *text* names an @account or a scope that is not cited."""
    return any(
        match[0].rstrip(_EDGES).lower() not in cited
        for match in _MENTION.finditer(text)
    )


def has_new_command(text: str, data: str) -> bool:
    """Tell whether *text* holds a shell command that the data does not hold."""
    found = [match[0] for match in _COMMAND.finditer(text)]
    found += [m[1] for m in _CODE.finditer(text) if _COMMAND_IN_CODE.search(m[1])]
    return any(_flat(command).strip(" `'\"(") not in data for command in found)


def urges(text: str, cited: str, *, advises: bool) -> bool:
    """Tell whether *text* leads its reader to do what the cited lines do not name.

    *advises*: it stands among the recommendations, where an order is in place.
    """
    if not advises and _IMPERATIVE.search(text):
        return True
    words = set(re.findall(r"[\w'-]+", cited))
    for match in _LEADING.finditer(text):
        word = match[0].lower()
        if not (word in words or (" " in word and word in cited)):
            return True
    return False


def says_that_all_is_well(text: str) -> bool:
    """Tell whether *text* says of a run that failed that it did not."""
    return bool(_ALL_IS_WELL.search(text))


def invented(text: str, data: str) -> list[str]:
    """List names, paths, numbers and quotes of *text* that the data does not hold."""
    return [token for token in _distinctive(text) if not _occurs(token, data)]


def is_about(text: str, cited: str) -> bool:
    """Tell whether *text* shares words of substance with the lines that it cites."""
    wanted = {
        word[:5]
        for word in re.findall(r"[a-z]{4,}|\d+", text.lower())
        if word not in _STOP
    }
    shared = sum(stem in cited for stem in wanted)
    return shared >= (1 if len(wanted) <= 8 else 2)  # noqa: PLR2004 - two of many


def _distinctive(text: str) -> Iterator[str]:
    """Yield what names something in particular: code, quotes, odd words, numbers."""
    for match in _QUOTED.finditer(text):
        yield _flat(match[1] or match[2] or match[3])
    for raw in _TOKEN.findall(text):
        token = raw.strip(_EDGES)
        if token.endswith(("'s", "\u2019s")):
            token = token[:-2]
        if token and _is_odd(token) and token.lower() not in _ORDINARY:
            yield token.lower()


def _is_odd(token: str) -> bool:
    if any(c.isdigit() or c in "_/\\=$#@:+~^%&|" for c in token) or "." in token:
        return True
    shouted = len(token) > 3 and token.isupper()  # noqa: PLR2004 - longer than API
    humped = bool(re.search(r"[a-z][A-Z]", token))
    return shouted or humped


def _occurs(token: str, data: str) -> bool:
    bare = token.removesuffix("()").strip(_EDGES)
    if not bare or re.fullmatch(r"l?\d{1,7}(?:-l?\d{1,7})?", bare):
        # A number must stand alone: 3 is not in 1234.
        return all(
            re.search(rf"(?<!\d){number}(?!\d)", data) is not None
            for number in re.findall(r"\d+", bare)
        )
    if bare in data:
        return True
    parts = [part for part in re.split(r"[/\\:=]+", bare) if part]
    return len(parts) > 1 and all(
        part in data or (part.isalpha() and len(part) <= _SHORT) for part in parts
    )


def _flat(text: str) -> str:
    return " ".join(text.split()).lower()
