"""Tell what a model thought from what it answered: a thought is kept and shown, and never scored."""

import re
from dataclasses import dataclass

__all__ = ["NEVER_ENDED", "Said", "names_a_thought", "said"]

NEVER_ENDED = "the reasoning never ended, so there is no answer"

# How servers without a reasoning parser hand a thought on: as DeepSeek, Qwen and most others write it (`think`), as people ask for it
# (`thinking`, `reasoning`, `thought`), Seed, Mistral, Kimi, Cohere and OpenThinker. What opens, and what closes.
NAMES = r"(?:seed:)?(?:think|thinking|thought|thoughts|reasoning)"
TAGS = (
    (rf"<{NAMES}(?:\s[^<>]{{0,100}})?>", rf"</{NAMES}\s*>"),
    (r"(?-i:\[THINK\])", r"(?-i:\[/THINK\])"),
    (r"◁think▷", r"◁/think▷"),
    (r"<\|begin_of_thought\|>", r"<\|end_of_thought\|>"),
    (r"<\|START_THINKING\|>", r"<\|END_THINKING\|>"),
)  # fmt: skip
TAG = re.compile("|".join(f"(?P<o{at}>{opens})|(?P<c{at}>{closes})" for at, (opens, closes) in enumerate(TAGS)), re.IGNORECASE)
# What must stand in a text that holds any of these; most texts hold none, and a million are looked at.
SIGN = re.compile(r"</?(?:seed:)?(?:think|thought|reasoning)|\[/?think\]|◁/?think▷|<\|", re.IGNORECASE)
# gpt-oss (Harmony): a message of a channel, up to the next mark; with the marks left out its words run together.
CHANNEL = re.compile(r"<\|channel\|>\s*(\w+).{0,100}?<\|message\|>(.*?)(?=<\|(?:end|return|call|start|channel)\|>|\Z)", re.DOTALL)
HARMONY = "<|channel|>"
BARE_HARMONY = re.compile(r"\Aanalysis(?=\S).*assistantfinal", re.DOTALL)
# How far around a mark is looked for a span of code; a hostile text is one long line.
NEAR = 200
# What is put around the answer where a thought went before it.
WRAPPED = re.compile(
    r"\A(?:<\|begin_of_solution\|>(.*?)(?:<\|end_of_solution\|>)?|<\|START_RESPONSE\|>(.*?)(?:<\|END_RESPONSE\|>)?|<answer>(.*?)</answer>)\Z",
    re.DOTALL | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An output in its two parts."""

    thought: str
    """What was thought; empty where nothing tells of it."""
    answer: str | None
    """What was answered; None when a thought never ended."""


def names_a_thought(text: str) -> bool:
    """Tell whether a text holds a mark that opens or closes a thought, quoted or not."""
    return SIGN.search(text) is not None and (TAG.search(text) is not None or HARMONY in text)


def said(output: str) -> Said:
    """Return an output's thought and its answer: what stands outside every thought.

    The first closing mark ends a thought; one that nothing opened ends what was opened in the chat template, so all before it is
    thought. A mark within a span of code (`<think>`) is only spoken of. A thought that never ends has no answer after it, and
    what stands before it isn't the last word either.
    """
    if output.startswith("analysis") and BARE_HARMONY.match(output):
        thought, _, answer = output.removeprefix("analysis").rpartition("assistantfinal")
        return Said(thought=thought.strip(), answer=answer.strip())
    # Each of these looks is ten times as fast as the pattern.
    if not ("<" in output or "[" in output or "\u25c1" in output) or not SIGN.search(output):
        return Said(thought="", answer=output)
    return _channels(output) if HARMONY in output else _tagged(output)


def _channels(output: str) -> Said:
    """Return what stands in the channel `final`; what the others hold is thought."""
    messages = [(match.group(1).lower(), match.group(2).strip()) for match in CHANNEL.finditer(output)]
    finals = [text for channel, text in messages if channel == "final"]
    thought = "\n".join(text for channel, text in messages if channel != "final")
    return Said(thought=thought, answer=finals[-1] if finals else None)


def _tagged(output: str) -> Said:
    thoughts: list[str] = []
    outside: list[str] = []
    at, family = 0, ""
    for match in TAG.finditer(output):
        name = match.lastgroup or ""
        opens = name[0] == "o"
        if not family and not _spoken_of(output, match):
            outside.append(output[at : match.start()])
            if opens:
                family = name[1:]
            else:
                thoughts, outside = ["".join([*thoughts, *outside])], []
            at = match.end()
        elif family and not opens and name[1:] == family:
            thoughts.append(output[at : match.start()])
            at, family = match.end(), ""
    rest = output[at:]
    if family:
        return Said(thought="".join([*thoughts, rest]).strip(), answer=None)
    if not at:
        return Said(thought="", answer=output)
    answer = "".join([*outside, rest]).strip()
    wrapped = WRAPPED.match(answer)
    if wrapped is not None:
        answer = next(each for each in wrapped.groups() if each is not None).strip()
    return Said(thought="".join(thoughts).strip(), answer=answer)


def _spoken_of(output: str, match: re.Match[str]) -> bool:
    """Tell whether a mark stands within a span of code: after an odd number of backticks in its line, and a backtick behind it."""
    before = output[max(0, match.start() - NEAR) : match.start()].rpartition("\n")[2]
    return before.count("`") % 2 == 1 and "`" in output[match.end() : match.end() + NEAR].partition("\n")[0]
