"""Read the label in an answer as a person does: the whole of it, what's marked as the answer, or the only label named."""

import re

from benchharness.records.score import Unparsable
from benchharness.scorers.folding import SENTENCE_END, folded, tidy
from benchharness.scorers.label_list import LabelList, Mention

__all__ = ["LONGEST_TEXT", "read_label", "read_line"]

# A label stands near the beginning or the end; of a longer text the middle isn't looked at.
LONGEST_TEXT = 40_000
MOST_LAYERS = 12
MOST_MARKERS, LONGEST_TAIL = 20, 400
# What may stand around a label that is the whole answer.
WRAPPING = 60
_PAIRS = (
    "()",
    "[]",
    "{}",
    "<>",
    '""',
    "''",
    "``",
    "**",
    "__",
    "$$",
    "\u300c\u300d",
    "\u300e\u300f",
    "\u300a\u300b",
    "\u3010\u3011",
    "~~",
    "||",
)
_CLOSERS = {pair[0]: pair[1] for pair in _PAIRS}
_BEGINNING = re.compile(r"(?:[-*+\u2022]\s+|#{1,6}\s+|>\s+|(?:=>|->)\s*)+")
_TRAILING = ".,;:!?\u3002\uff0c\u3001\uff1b\u2026 \t\n"
_BOXED = re.compile(r"\\boxed\s*\{((?:[^{}]|\{[^{}]*\})*)\}")
_TEX_TEXT = re.compile(r"\\(?:text|textbf|mathrm|mathbf)\s*\{([^{}]*)\}")
_WORDS = (
    "answer|label|category|class|classification|sentiment|intent|prediction|verdict|choice|option|r\u00e9ponse|antwort|respuesta|resposta|"
    "risposta|etiqueta|\u00e9tiquette|kategorie|categor\u00eda|\u043e\u0442\u0432\u0435\u0442|\u043c\u0435\u0442\u043a\u0430|cevap|"
    "\u0111\u00e1p \u00e1n|odpowied\u017a|svar|antwoord|\u0627\u0644\u0625\u062c\u0627\u0628\u0629|\u0627\u0644\u062c\u0648\u0627\u0628|"
    "\u0909\u0924\u094d\u0924\u0930"
)
_WORDS_FREE = (
    "\u7b54\u6848|\u56de\u7b54|\u7b54\u3048|\u6807\u7b7e|\u6a19\u7c64|\u7c7b\u522b|\u985e\u5225|\u5206\u7c7b|\u5206\u985e|"
    "\u30e9\u30d9\u30eb|\u0e04\u0e33\u0e15\u0e2d\u0e1a|\uc815\ub2f5|\ub2f5"
)
# `Answer: B`, `**Label** - B`, `"label": "B"`, `The answer is B`, and so in other languages.
_MARKER = re.compile(
    rf"(?:(?<!\w)(?:{_WORDS})|{_WORDS_FREE})[\s*_\"'`)\]]{{0,6}}(?:[:=]|->|-(?=\s)|\bis\b|\best\b|\bist\b|\bes\b|\b[\u00e8\u00e9]\b|\b\u2014|"
    r"\u662f|\u4e3a|\u70ba|\u306f|\uc740|\ub294|\u0e04\u0e37\u0e2d|\bequals\b|\bwould be\b)[ \t]*\n?",
    re.IGNORECASE,
)
_OPTION = re.compile(r"(?m)^[\s*_(\[\"'`>-]*(\w)\s*[*_]{0,2}(?:[).:\]]|\s-\s)")
_INLINE = re.compile(r"(?<![^\W_])\(?([A-Z])[).:]\s+\w")
_BOLD = re.compile(r"\*\*([^*\n]{1,200})\*\*|__([^_\n]{1,200})__")
_SET_OFF = re.compile(r'\(([^()\n]{1,200})\)|"([^"\n]{1,200})"|`([^`\n]{1,200})`|\u300c([^\u300d\n]{1,200})\u300d')
_REASON = re.compile(
    r"[\s,.*_\"'`)-]*\b(?:because|since|as|due to|weil|denn|parce que|car|porque|pues|perch\u00e9|\u043f\u043e\u0442\u043e\u043c\u0443)\b"
    r"|[\s,\uff0c]*(?:\u56e0\u4e3a|\u56e0\u70ba)"
)
_PIECE = re.compile(r"(?<!\d)[,.;:()\n]|[,.;:()\n](?!\d)|\s-\s|\s(?=because|since|as |due to)|[\uff0c\u3002\uff1b]")
_CLAUSE = re.compile(
    r"[.;(\n](?!\d)|\s-\s|\b(?:because|since|as|due to|rather than|instead of|not|over|while|whereas|weil|denn|parce que|car|porque)\b|"
    r"[\u3002\uff1b]|\u56e0\u4e3a|\u56e0\u70ba|\u800c\u4e0d",
    re.IGNORECASE,
)
# Words that deny what follows within two words, and those that deny only what stands next to them.
_DENY = frozenset(
    (
        "not", "never", "neither", "nor", "without", "cannot", "nicht", "kein", "keine", "keinen", "keinem", "keiner", "nie",
        "pas", "jamais", "nunca", "tampoco", "não", "не", "niet", "geen", "inte", "ikke", "không", "hiç", "ليس", "ليست", "غير",
        "לא", "hardly", "barely",
    )
)  # fmt: skip
_DENY_NEXT = frozenset(
    (
        "no", "non", "ni", "nem", "нет", "ни", "لا", "aint", "un",
    )
)  # fmt: skip
_BUT = frozenset(
    (
        "but", "rather", "instead", "sondern", "mais", "sino", "pero", "mas", "а", "но", "only", "just",
    )
)  # fmt: skip
_DENY_FREE = (
    "\u4e0d", "\u4e0d\u662f", "\u975e", "\u6ca1", "\u6c92", "\u6ca1\u6709", "\u6c92\u6709", "\u672a", "\u65e0", "\u7121", "\u4e0d\u592a",
    "\u4e0d\u5f88", "\u5e76\u975e", "\u4e26\u975e", "\u4e0d\u7b97", "\u0e44\u0e21\u0e48", "\u0e44\u0e21\u0e48\u0e43\u0e0a\u0e48",
)  # fmt: skip
_DENIED = re.compile(
    r"\s*(?:\u3067?\u306f\u306a|\u3067?\u306f\u3042\u308a\u307e\u305b|\u3058\u3083\u306a|\u3058\u3083\u3042\u308a|\u3067\u306a|"
    r"(?:\uc774|\uac00)?\s*\uc544[\ub2c8\ub2d9]|"
    r"\u0928\u0939\u0940\u0902|de\u011fil|\u0646\u06cc\u0633\u062a|(?:is|was|would be) "
    r"(?:not|wrong|incorrect|false|unlikely|ruled)\b|isn'?\s?t\b|can be ruled out)"
)
_AMBIGUOUS = Unparsable(reason="more than one label is marked as the answer")


def read_label(answer: str, known: LabelList, *, mention: bool) -> str | Unparsable:
    """Return the label an answer gives; what is looked for first is the whole answer, then a marked one, then the only one named.

    With `mention` false only the whole counts. Unparsable where none is given, several are, or it's denied.
    """
    found = _peeled(answer, known) if len(answer) <= LONGEST_TEXT else None
    if found is not None:
        return found
    if not mention:
        return Unparsable(reason="the answer is none of the labels")
    if len(answer) > LONGEST_TEXT:
        answer = f"{answer[: LONGEST_TEXT // 2]}\n{answer[-LONGEST_TEXT // 2 :]}"
    text = tidy(answer)
    for way in (_boxed, _marked, _set_off, _option):
        marked = way(text, known)
        if marked is not None:
            return marked
    return _labels_named(text, known)


def read_line(answer: str, known: LabelList, *, last: bool) -> str | None:
    """Return the label that the first line with words in it gives alone, or the last; None when it gives none."""
    lines = [line for line in answer.splitlines() if line.strip(_TRAILING + "*_#`-")]
    if not lines:
        return None
    found = read_label(lines[-1 if last else 0], known, mention=True)
    return found if isinstance(found, str) else None


def _peeled(text: str, known: LabelList) -> str | None:
    """Return the label a text is once quotes, brackets, markup and marks around it are taken away, layer by layer."""
    if len(text) > known.longest + WRAPPING and len(text.strip()) > known.longest + WRAPPING:
        return None
    for _ in range(MOST_LAYERS):
        found = known.whole(text)
        if found is not None:
            return found
        bare = _bared(tidy(text).strip(), known)
        if bare == text or not bare:
            return None
        text = bare
    return None


def _bared(text: str, known: LabelList) -> str:
    """Return a text without its outermost layer."""
    begun = _BEGINNING.match(text)
    if begun is not None:
        return text[begun.end() :]
    if len(text) > 1 and _CLOSERS.get(text[0]) == text[-1]:
        return text[1:-1]
    # Where labels end in such marks themselves, only one at a time may go.
    return text[:-1] if known.ends_in_marks and text[-1:] in _TRAILING else text.rstrip(_TRAILING)


def _boxed(text: str, known: LabelList) -> str | Unparsable | None:
    found = _BOXED.findall(text) if "\\boxed" in text else []
    return _value(_TEX_TEXT.sub(r"\1", found[-1]), known) if found else None


def _marked(text: str, known: LabelList) -> str | Unparsable | None:
    """Return what stands behind the last marker that has a label behind it; models correct themselves."""
    for marker in list(_MARKER.finditer(text))[: -MOST_MARKERS - 1 : -1]:
        found = _value(text[marker.end() : marker.end() + LONGEST_TAIL].split("\n", 1)[0], known)
        if found is not None:
            return found
    return None


def _value(tail: str, known: LabelList) -> str | Unparsable | None:
    """Return the label in what follows a marker: all of it, its beginning, or the only one named in it."""
    found = _peeled(tail, known)
    if found is not None:
        return found
    opened = tail.lstrip(" \t*_\"'`([{<")
    first = _first(opened, known)
    if first is not None:
        # Up to where a reason or another sentence begins, no other label may stand beside it.
        return _AMBIGUOUS if _labels_in(_CLAUSE.split(opened, maxsplit=1)[0], known) - {first} else first
    named = _labels_named(tail, known)
    return named if isinstance(named, str) else None


def _first(text: str, known: LabelList) -> str | None:
    """Return the label a text begins with; None when it begins with none."""
    letter = next((each for each in known.letters(text[:200]) if each.start == 0), None)
    if letter is not None:
        return letter.label
    # The piece before a mark or a reason is a label as a whole: `positive, as ...`, `<=50K (low)`, `A- since`.
    piece = _PIECE.split(text, maxsplit=1)[0]
    found = _peeled(piece, known) if piece.strip() else None
    if found is not None:
        return found
    words = known.forms.key(folded(text[:400]), ends=True)
    spoken = next((each for each in known.spoken(words) if each.start == 0), None)
    return None if spoken is None or _denied(words, spoken) else spoken.label


def _labels_in(text: str, known: LabelList) -> set[str]:
    words = known.forms.key(folded(text), ends=True)
    return {each.label for each in (*known.spoken(words), *known.letters(tidy(text)))}


def _set_off(text: str, known: LabelList) -> str | None:
    """Return the only label in bold, in quotes or in brackets, where it's a letter or stands at either end of the answer."""
    for pattern in (_BOLD, _SET_OFF):
        spans = [
            (each, label) for each in pattern.finditer(text) if (label := _peeled(next(filter(None, each.groups()), ""), known)) is not None
        ]
        if len({label for _, label in spans}) != 1:
            continue
        span, label = spans[-1]
        inner = next(filter(None, span.groups()), "")
        stands_out = known.has_letters and len(inner.strip(" .,:;)")) == 1
        at_end = not text[span.end() :].strip(_TRAILING) or not text[: span.start()].strip()
        before = known.forms.key(folded(text[: span.start()]), ends=True)
        if (stands_out or (at_end and not _others(text, label, known))) and not _deny(before):
            return label
    return None


def _others(text: str, label: str, known: LabelList) -> bool:
    return bool(_labels_in(text, known) - {label})


def _option(text: str, known: LabelList) -> str | None:
    """Return the option an answer begins with, `C) Paris`, unless other options are listed too; or a label with its reason behind it."""
    begun = text.strip()
    if known.has_letters:
        listed = [each for each in _OPTION.finditer(begun) if known.whole(each.group(1)) is not None and each.group(1).isupper()]
        options = {each.group(1) for each in (*listed, *_INLINE.finditer(begun)) if known.whole(each.group(1)) is not None}
        if listed and not listed[0].start() and len(options) == 1:
            return known.whole(listed[0].group(1))
    opened = begun.lstrip("*_\"'`([{<")
    reason = _REASON.search(opened[:400])
    if reason is None:
        return None
    piece = opened[: reason.start()]
    return _peeled(piece, known) if piece else None


def _labels_named(text: str, known: LabelList) -> str | Unparsable:
    """Return the only label named, unless it's denied."""
    words = known.forms.key(folded(text), ends=True)
    spoken, letters = known.spoken(words), known.letters(text)
    named = dict.fromkeys(each.label for each in (*spoken, *letters))
    if not named:
        return Unparsable(reason="names none of the labels")
    if len(named) > 1:
        return Unparsable(reason=f"names {', '.join(list(named)[:5])}")
    if any(_denied(words, each) for each in spoken) or any(_denied_letter(text, each, known) for each in letters):
        return Unparsable(reason=f"says it is not {next(iter(named))}")
    return next(iter(named))


def _denied(words: str, mention: Mention) -> bool:
    return _deny(words[: mention.start]) or _DENIED.match(words, mention.end) is not None


def _denied_letter(text: str, mention: Mention, known: LabelList) -> bool:
    before = known.forms.key(folded(text[max(0, mention.start - 80) : mention.start]), ends=True)
    return _deny(before) or _DENIED.match(folded(text[mention.end : mention.end + 40])) is not None


def _deny(before: str) -> bool:
    """Tell whether what stands before a label in its sentence denies it: not, isn't, nicht, ne ... pas."""
    clause = before.rsplit(SENTENCE_END, 1)[-1].rstrip()
    if not clause:
        return False
    if clause.endswith(_DENY_FREE):
        return True
    words = clause[-120:].split()[-4:]
    if words[-1] in _DENY_NEXT:
        return True
    for at, word in enumerate(words):
        near = at >= len(words) - 3
        shortened = word == "t" and at > 0 and words[at - 1].endswith("n")
        if near and (word in _DENY or shortened) and not _BUT & set(words[at + 1 :]):
            return True
    return False
