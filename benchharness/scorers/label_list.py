"""The closed list: which text stands for which label, and what tells labels apart that look alike."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchharness.records.example import label_of
from benchharness.scorers.folding import FREE, HANGUL, SENTENCE_END, Comparable, folded, tidy

__all__ = ["MOST_LABELS", "Clash", "LabelList", "Mention", "canonical_label", "clashes"]

# More different targets than this are no closed list.
MOST_LABELS = 500
# Vowel signs and marks of scripts without blanks: behind a label they make another word of it.
_MARKS = "\u0e30-\u0e3a\u0e45\u0e47-\u0e4e\u0eb0-\u0ebc\u0ec8-\u0ece\u0f71-\u0f87\u0f8d-\u0fbc\u102b-\u103e\u17b4-\u17d3\u3099\u309a\u200d"
# Letters that are words too, in English, Spanish, Italian, Portuguese, French or Russian.
_WORDS = frozenset("AIOEYU\u00c0\u0410\u0412\u0418\u041a\u041e\u0421\u0423\u042f")
# What may follow such a letter where it's a label: "A is right", "I because ...".
_GOES_ON = re.compile(r"\s+(?:is|was|because|since|as|due|and|or|fits|seems|would|looks|should|must)\b|\s*$|\s*[^\w\s]|\s*\n")
_ENDING = re.compile(r"-?\d+\.0+")


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a label is named."""

    start: int
    """Place of its first character in the text that was looked through."""
    end: int
    """Place after its last."""
    label: str
    """Which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Clash:
    """Two names of different labels that nothing tells apart but case, blanks or Unicode's forms."""

    name: str
    """The later name."""
    label: str
    """What it should stand for."""
    other: str
    """The earlier name."""
    other_label: str
    """What that stands for."""


class LabelList:
    """Looks up what text stands for which label: as it's written, but for case and forms, and but for signs that say nothing.

    A name whose loose form another label has too, or that has none, is known by its strict form alone.
    """

    def __init__(self, labels: Sequence[str], aliases: Mapping[str, Sequence[str]]) -> None:
        pairs = list(_pairs(labels, aliases))
        self.labels = tuple(dict.fromkeys(label for _, label in pairs))
        self.forms = Comparable(name for name, _ in pairs)
        # Marks apart and blanks may make it longer.
        self.longest = max((2 * len(name) for name, _ in pairs), default=0)
        self.ends_in_marks = any(name.strip()[-1] in ".,;:!?\u3002\uff0c\u3001\uff1b\u2026" for name, _ in pairs)
        self._exact = {name.strip(): label for name, label in reversed(pairs)}
        self._strict = {folded(name): label for name, label in reversed(pairs)}
        owners: dict[str, set[str]] = {}
        for name, label in pairs:
            owners.setdefault(self.forms.key(folded(name)), set()).add(label)
        loose = {name: label for name, label in pairs if len(owners[self.forms.key(folded(name))]) == 1}
        self._loose = {key: label for name, label in loose.items() if (key := self.forms.key(folded(name)))}
        self._letters = {tidy(name).strip().upper(): label for name, label in loose.items() if _is_letter(tidy(name).strip())}
        self._letter = _letter_finder(self._letters)
        spoken = {name: label for name, label in loose.items() if not _is_letter(tidy(name).strip())}
        self._spoken = {
            key: label for name, label in spoken.items() if (key := self.forms.key(folded(name), ends=True).strip(f" {SENTENCE_END}"))
        }
        self._finders = tuple(_finders(self._spoken, self.forms.signs))

    def whole(self, text: str) -> str | None:
        """Return the label that a text is, in a form of its own; None when it's none."""
        text = text.strip()
        if not text:
            return None
        found = self._exact.get(text)
        if found is None:
            strict = folded(text)
            found = self._strict.get(strict)
            if found is None:
                found = self._loose.get(self.forms.key(strict))
        if found is None and _ENDING.fullmatch(text):
            # A class label that went through a table with gaps comes back as 1.0.
            found = self._exact.get(text.split(".", 1)[0])
        return found

    def of_target(self, text: str) -> str | None:
        """Return the label a target stands for; None when the list lacks it."""
        return self.whole(text)

    def spoken(self, text: str) -> list[Mention]:
        """Return where labels are named in a comparable text; of one within a longer one, the longer."""
        found = [
            Mention(match.start(1), match.end(1), self._spoken[match.group(1)]) for each in self._finders for match in each.finditer(text)
        ]
        return found if len(found) <= 1 else list(_outermost(found))

    def letters(self, text: str) -> list[Mention]:
        """Return where labels of one letter are named in a tidy text: capitals that are no words."""
        if self._letter is None:
            return []
        return [
            Mention(match.start(), match.end(), self._letters[match.group()])
            for match in self._letter.finditer(text)
            if match.group() not in _WORDS or _GOES_ON.match(text, match.end())
        ]

    @property
    def has_letters(self) -> bool:
        """Tell whether a label is a single letter."""
        return bool(self._letters)


def clashes(labels: Sequence[str], aliases: Mapping[str, Sequence[str]]) -> Iterator[Clash]:
    """Yield names of different labels that nothing tells apart, each with the first that's like it."""
    first: dict[str, tuple[str, str]] = {}
    for name, label in _pairs(labels, aliases):
        other, owner = first.setdefault(folded(name), (name, label))
        if owner != label:
            yield Clash(name=name, label=label, other=other, other_label=owner)


def _pairs(labels: Sequence[str], aliases: Mapping[str, Sequence[str]]) -> Iterator[tuple[str, str]]:
    """Yield every name with the label it stands for, labels first; one that an alias says is another's spelling is that."""
    owner = {folded(label): label for label, others in aliases.items() if folded(label) in map(folded, others)}
    for label in labels:
        if label.strip():
            yield label, owner.get(folded(label), label)
    for label, others in aliases.items():
        for name in (label, *others):
            if name.strip():
                yield name, label


def _is_letter(text: str) -> bool:
    return len(text) == 1 and text.isalpha() and text.upper() != text.lower()


def _letter_finder(letters: Iterable[str]) -> re.Pattern[str] | None:
    found = "".join(re.escape(each) for each in letters if len(each) == 1)
    # Before and behind it no word but of a script without blanks, no apostrophe, no sign that makes it another label.
    word = rf"[^\W{FREE}{HANGUL}]"
    return re.compile(rf"(?<!{word})(?<!\w['.\-&/])[{found}](?!{word}|['+#]|-(?=\W|$)|[.\-&/]\w)") if found else None


def _finders(names: Iterable[str], signs: str) -> Iterator[re.Pattern[str]]:
    """Yield a pattern for each kind of edges that names have; it finds the longest name at every place where one begins."""
    free = FREE + "".join(map(re.escape, signs))
    groups: dict[tuple[str, str], list[str]] = {}
    for name in names:
        left, right = _edge(name[0], free), _edge(name[-1], free)
        before = "" if left == "free" else rf"(?<![^ {free}])" if left == "hangul" else rf"(?<![^ {free}{HANGUL}])"
        after = f"(?![{_MARKS}])" if right != "word" else rf"(?![^ {free}{HANGUL}])"
        if name[0] in signs:
            before += f"(?<!{re.escape(name[0])})"
        if name[-1] in signs:
            after += f"(?!{re.escape(name[-1])})"
        groups.setdefault((before, after), []).append(name)
    for (before, after), own in groups.items():
        yield re.compile(rf"{before}(?=({'|'.join(map(re.escape, sorted(own, key=len, reverse=True)))}){after})")


def _edge(character: str, free: str) -> str:
    if re.match(f"[{HANGUL}]", character):
        return "hangul"
    return "free" if re.match(f"[{free}]", character) else "word"


def _outermost(found: Sequence[Mention]) -> Iterator[Mention]:
    """Yield the mentions that don't stand within another."""
    reach = -1
    for each in sorted(found, key=lambda one: (one.start, -one.end)):
        if each.end > reach:
            yield each
            reach = each.end


def canonical_label(labels: Iterable[object]) -> tuple[str, ...]:
    """Return the texts of a suite's labels, in its order."""
    return tuple(text for each in labels if (text := label_of(each)) is not None)
