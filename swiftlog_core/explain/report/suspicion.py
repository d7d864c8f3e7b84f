r"""Finds text that speaks to a model instead of about the run.

A log can hold sentences written for whoever reads it by machine. Such lines are
withheld from the model; people still see them in the excerpt. Withholding a line too
many costs little, so this errs on that side. It is a net and no wall: what it misses
still has to pass every check of ``check``, and comes out as inert text.

Text is looked at as written and *folded*: look-alike letters, hidden characters,
separators, letter-spacing, digits for letters, and what is encoded in base64, hex,
percent signs, entities, by rotation or backwards.
"""

from __future__ import annotations

import base64
import binascii
import codecs
import html
import re
import unicodedata
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence

SPREAD: Final = 3  # lines after one that speaks to a model: it may go on there
_MAX_TEXT: Final = 4000
_SHORTEST_BLOB: Final = 20
_DEEPEST: Final = 2  # encodings inside encodings


def _one_of(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns))


_INSTRUCTIONS: Final = (
    r"(?:instruct\w*|prompts?|rules?|guidelines?|directions?|directives?|orders?|"
    r"polic(?:y|ies)|constraints?|restrictions?|schemas?|filters?|context|messages?|"
    r"conversation|text)"
)
_MODEL: Final = (
    r"(?:ai|llms?|gpt\w*|chatgpt|chatbots?|copilot|claude|gemini|assistants?|models?|"
    r"bots?|agents?|readers?|reviewers?|summari[sz]ers?|analy[sz]ers?)"
)

# Over folded text: lower case, single blanks, no punctuation. What follows a line
# with one of these is withheld with it.
_STRONG: Final = _one_of(
    # Ignore all previous instructions, in some words.
    r"\b(?:ignor\w*|disregard\w*|forget|overrid\w*|bypass\w*|discard|neglect|"
    r"dismiss|stop following|do not follow|don t follow|instead of)"
    r"(?: \w+){0,3} (?:all|any|every|previous|prior|above|earlier|preceding|"
    rf"your|the|these|those|system|its)(?: \w+){{0,2}} {_INSTRUCTIONS}\b",
    r"\b(?:ignor\w*|disregard|forget)(?: \w+){0,3} "
    r"(?:above|previous|prior|earlier|everything|you know|you were)\b",
    r"\b(?:new|real|actual|updated|revised|hidden|secret|system|developer|"
    r"override|priority|your)(?: \w+)? "
    r"(?:instructions?|prompt|directives?|objective|persona)\b",
    r"\b(?:end of (?:the )?(?:data|log|input|context|document)|"
    r"(?:real|actual|your|next) (?:task|job|mission)|new task (?:is|follows))\b",
    # To whom it speaks.
    r"\b(?:note|attention|dear|hey|hi|hello|message|memo|instructions?|as|if you "
    r"are|listen)(?: (?:to|for))?(?: (?:the|an|any|all|every|a|this))? "
    rf"(?:\w+ )?{_MODEL}\b",
    r"\b(?:ai|llms?|chatgpt|copilot|assistants?|language models?|ai \w+) "
    r"(?:must|should|shall|will|has|have|needs?|please|reading|reads|is|are)\b",
    r"\bai (?:agents?|assistants?|models?|bots?|notes?|systems?|tools?|reviewers?)\b",
    r"\bjailbreak\w*\b",
    r"\b(?:you are|you re) (?:now|not bound|free|allowed|no longer|a|an)\b",
    r"\b(?:from now on|pretend|role ?play|act as|act like|behave as|"
    r"imagine you|developer mode|admin mode|dan mode|do anything now)\b",
    r"\byour (?:answer|reply|response|report|summary|output|analysis|claims?|"
    r"verdict|task|job|role|goal|purpose|training|creators?)\b",
    # What it shall say.
    r"\b(?:say|saying|reply|respond|answer|tell|claim|conclude|declare|repeat|"
    r"announce|insist)(?: \w+){0,4} (?:that|exactly|verbatim|only|with|"
    r"following|instead|nothing|everything|readers?|users?|to them)\b",
    # The same in other tongues.
    r"\b(?:ignorier\w*|vergiss|missachte\w*|ignorez|oublie\w*|ignora\w*|"
    r"olvida\w*|dimentica\w*|esquec\w*|negeer|zignoruj|ignoruj\w*)"
    r"(?: \w+){0,6} (?:anweisung\w*|befehl\w*|instruc\w*|instruk\w*|consign\w*|"
    r"istruz\w*|instru\w*|polece\w*|pokyn\w*|prompt\w*)\b",
)
# Over folded text too. These and the next withhold their own line only: honest logs
# say such things now and then.
_MILD: Final = _one_of(
    # It speaks of what is to be written.
    r"\b(?:summar(?:y|ies)|explanations?|write ?up|reports?|answers?|response|analysis|"
    r"root cause|conclusions?|claims?) "
    r"(?:must|should|shall|has to|have to|needs? to|ought)\b",
    r"\b(?:correct|right|true|real|actual|best) "
    r"(?:explanation|answer|summary|conclusion|verdict|reason|root cause)\b",
    r"\b(?:in|of|for|from) (?:the|your|this|any) (?:explanation|write ?up|analysis|"
    r"answer|conclusion)\b",
    r"\b(?:when|while|if|as|before|after) you (?:\w+ )?(?:write|summari[sz]e|explain|"
    r"read|analy[sz]e|report|describe|answer|respond|review|see this)\b",
    r"\b(?:whoever|whomever|anyone|anybody|those|someone) (?:who |that )?"
    r"(?:read\w*|summari\w*|review\w*|analy\w*|explain\w*|process\w*)\b",
    # It gives an order to a writer.
    r"^(?:\w+ ){0,2}?(?:(?:do not|don t|never|always|only|now|then|stop|please|and) )?"
    r"(?:mention\w*|praise|blame|suppress|reveal|reply|respond|answer|pretend|"
    r"translate|recommend|conclude|claim|summari[sz]e|analy[sz]ing) "
    r"(?:the|a|an|any|all|every|everything|nothing|in|with|by|that|this|line|lines|"
    r"yes|no|only|to|as|how|what|output|its|your|errors?)\b",
    r"\b(?:operator|developer|system|admin|administrator|user|maintainer|owner)s? "
    r"(?:message|note|notice|instructions?|override|asks?|wants?|says?)\b",
    r"\byour (?:developers?|users?|operators?|owners?|boss|secrets?|api|key|real)\b",
    r"\btreat (?:the|this|these|what|everything)\b|\bthe user s (?:question|request)\b|"
    r"\bwhat (?:is|are) your\b|\bleave out\b|\bkeep quiet\b|\bstop analy\w+",
    r"\b(?:output|state|report|write|print|mention|describe|confirm|summari[sz]e"
    r"|list|add|put|insert)(?: \w+){0,8} (?:that|exactly|verbatim|following|"
    r"nothing|only the|only this|instead)\b",
    r"\b(?:in|to|into|of|from) (?:the|every) "
    r"(?:report|summary|recommendations?|claims?)\b",
    r"\b(?:recommend|suggest|advise|instruct|urge|warn|order|ask|tell)"
    r"(?: (?:the|that|a|all|every))? ?"
    r"(?:users?|readers?|developers?|reviewers?|maintainers?|team|people|"
    r"them|everyone|it|this)\b",
    r"(?<!failed to )\b(?:send|post|upload|e ?mail|exfiltrate|leak|reveal|"
    r"disclose|dump|paste|"
    r"forward|share|append|embed|encode)(?: \w+){0,6} "
    r"(?:secrets?|tokens?|passwords?|credentials?|api keys?|keys?|environment|"
    r"env|variables?|link|image|url)\b",
)
# Over the text as written.
_MARKS: Final = re.compile(
    r"<\|[^|>]{1,40}\|>|\[/?INST\]|<</?SYS>>|"
    r"</?(?:system|assistant|user|human|instructions?|prompt|data|log|material|tool|"
    r"function_calls?|untrusted\w*)\s*/?>|"
    r"^\W*(?:system|assistant|human|developer|instructions?)\s*(?:\(\w+\))?\s*[:>]\s|"
    r"(?:###|---|===|\*\*\*)\s*(?:new|system|instruction|response|user|data|"
    r"(?:end|begin)(?: of)?(?: the)? (?:log|data|input|output|prompt|context|system))|"
    r"\"(?:role|claims|section|first_line|tool_calls)\"\s*:|"
    r"忽略|无视|無視|指示|指令|игнориру|забудь|инструкци|تجاهل|התעלם|무시|लिए निर्देश",
    re.IGNORECASE,
)
_WEAK: Final = re.compile(
    r"!\[|\]\(\s*(?:https?:|/|#|javascript)|<\s*(?:img|script|iframe|svg|a|style|form|"
    r"details|object|embed|meta|base)\b|javascript:|data:text/html|"
    r"(?:^|\s)(?:cc|fyi|ping|hey|hi|thanks|ask|contact|blame)\b[:,]?\s+@\w|"
    r"\b(?:please|kindly|just|simply)\s+(?:run|execute|merge|approve|visit|click|open|"
    r"download|contact|e-?mail|send|paste|ignore|skip|disable)\b|"
    r"\b(?:safe|ok|okay|ready|fine)\s+to\s+(?:merge|deploy|ship|ignore|release)\b|"
    r"\blgtm\b|\b(?:auto-?merge|approve|merge)\s+(?:this|the|it|pr|now)\b|"
    r"\bfalse (?:alarm|positive)\b|\bno (?:action|fix|change|review)s? (?:is |are )?"
    r"(?:needed|required|necessary)\b|\b(?:visit|click|go to|open|download|see)\s+"
    r"(?:https?://|www\.)|\b(?:curl|wget|iwr|invoke-webrequest)\b[^|]{0,200}\|\s*"
    r"(?:sudo\s+)?(?:ba|z|da)?sh\b",
    re.IGNORECASE,
)
_LOOK_ALIKES: Final = str.maketrans(
    "авеёкмнорстухіјѕԁɡһӏԛԝαβεικνορτυχωɑɩ",
    "abeekmhopctyxijsdghlqwabeiknoptuxwai",
)
_LEET: Final = str.maketrans("013457@$!|", "oieastasil")
_SPACED: Final = re.compile(r"(?<!\w)\w(?: \w){4,}(?!\w)")
_ENCODED: Final = re.compile(r"[A-Za-z0-9+/_-]{20,}={0,2}")
_HEX: Final = re.compile(r"(?:\\x|%|0x)?(?:[0-9a-fA-F]{2}[\s:,]?(?:\\x|%|0x)?){12,}")


def speaks_to_a_model(text: str) -> bool:
    """Tell whether *text* looks written for a model that reads it."""
    return any(
        _MARKS.search(form) or any(map(_STRONG.search, _folded(form)))
        for form in _forms(text[:_MAX_TEXT])
    )


def is_suspicious(text: str) -> bool:
    """Tell whether *text* should not be shown to a model, for whatever reason."""
    return speaks_to_a_model(text) or _is_doubtful(text)


def withheld(
    lines: Sequence[tuple[int, str]], known: Container[int] = ()
) -> frozenset[int]:
    """Return the numbers of those *lines* that a model is not shown.

    *lines* are (number, text) in log order. A sentence may be cut by a line's end, so
    neighbours are looked at together; and what follows a line that speaks to
    a model goes with it, up to a blank line. Not so the *known* lines: those have
    the form of a tool's output, and a sentence before them must not hide them.
    """
    found: set[int] = set()
    before = (0, "")
    spread = 0
    for number, text in lines:
        adjacent = number == before[0] + 1
        spread = spread - 1 if adjacent and text.strip() else 0
        joined = f"{before[1]} {text}" if adjacent else text
        if speaks_to_a_model(text):
            found.add(number)
            spread = SPREAD + 1
        elif before[0] not in found and adjacent and speaks_to_a_model(joined):
            found |= {before[0], number}
            spread = SPREAD + 1
        elif (spread > 0 and number not in known) or _is_doubtful(text):
            found.add(number)
        before = (number, text)
    return frozenset(found)


def _is_doubtful(text: str) -> bool:
    cut = text[:_MAX_TEXT]
    return bool(_WEAK.search(cut)) or any(map(_MILD.search, _folded(cut)))


def _forms(text: str, depth: int = 0) -> Iterator[str]:
    """Yield *text*, and what it is when what is encoded in it is decoded."""
    yield text
    if depth >= _DEEPEST:
        return
    plain = html.unescape(unquote(text))
    if plain != text:
        yield plain
    if not depth:
        yield codecs.encode(text, "rot13")
        yield text[::-1]
    for match in _ENCODED.finditer(text):
        # In a path or a name the same signs also stand between words.
        for blob in (match[0], *re.split(r"[-_/]", match[0])):
            if len(blob) >= _SHORTEST_BLOB:
                yield from _decoded(blob, depth)
    for match in _HEX.finditer(text):
        digits = re.sub(r"\\x|0x|[^0-9a-fA-F]", "", match[0])
        try:
            found = bytes.fromhex(digits).decode("utf-8")
        except ValueError:
            continue
        yield from _forms(found, depth + 1)


def _decoded(blob: str, depth: int) -> Iterator[str]:
    core = blob.rstrip("=").replace("-", "+").replace("_", "/")
    try:
        data = base64.b64decode(core + "=" * (-len(core) % 4), validate=True)
        found = data.decode("utf-8")
    except (binascii.Error, ValueError):
        return
    yield from _forms(found, depth + 1)


def _folded(text: str) -> Iterator[str]:
    """Yield readings of *text* in lower case, words apart by single blanks."""
    plain = unicodedata.normalize("NFKD", text)
    plain = "".join(c for c in plain if unicodedata.category(c) not in ("Cf", "Mn"))
    words = re.sub(r"(?<=[a-z])(?=[A-Z])", " ", plain).lower()
    folded = _spaced(words.translate(_LOOK_ALIKES))
    yield folded
    leet = _spaced(words.translate(_LOOK_ALIKES).translate(_LEET))
    if leet != folded:
        yield leet
    close = _SPACED.sub(lambda m: m[0].replace(" ", ""), folded)
    if close != folded:
        # Spaced letters lose where words end: look for the telling ones in a row.
        yield re.sub(
            r"(ignore|all|previous|prior|above|instructions?|prompt|say|that)",
            r" \1 ",
            close,
        ).replace("  ", " ")


def _spaced(text: str) -> str:
    return re.sub(r"[\W_]+", " ", text).strip()
