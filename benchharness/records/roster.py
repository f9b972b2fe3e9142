"""Who may have rows: a suite's candidates with the path each stands on, for whoever reads rows."""

from dataclasses import dataclass

__all__ = ["Listed", "Roster"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A candidate of the suite, as a reader of rows knows it."""

    name: str
    """Its name."""
    stated: str
    """The path the suite gives it: `api`, `fine-tuned`, `self-hosted` or `classical`; a row may say no other."""
    path: str
    """The path its outcomes stand on: the stated one, or `ruled-out` where it may not be asked."""
    prompts: tuple[str, ...]
    """Its prompts, in the suite's order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Roster:
    """All candidates of a suite, in its order."""

    candidates: tuple[Listed, ...]
    """Each with its paths and prompts."""
    match_at: float
    """The primary score, from 0 to 1, from which an answer matches."""

    def listed(self, name: str) -> Listed | None:
        """Return the candidate of that name, or None for a stranger."""
        return next((each for each in self.candidates if each.name == name), None)

    def place(self, candidate: str, prompt: str) -> tuple[int, int, str]:
        """Return what sorts a candidate's prompt as the suite does; what the suite doesn't know comes last, by name."""
        at = next((at for at, each in enumerate(self.candidates) if each.name == candidate), len(self.candidates))
        prompts = self.candidates[at].prompts if at < len(self.candidates) else ()
        return at, prompts.index(prompt) if prompt in prompts else len(prompts), prompt
