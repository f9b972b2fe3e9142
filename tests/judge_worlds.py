"""A suite whose score is a judge's, candidates and judge behind one loopback server, and people who mark."""

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from loopback_server import LoopbackServer, Reply, completion

__all__ = ["JudgeWorld", "fenced_answer", "judge_reply", "labels_by"]

Body = dict[str, Any]
CRITERION = "useful"


def judge_reply(grade: object, reasons: str = "because") -> str:
    """Return a judge's reply as asked for."""
    return json.dumps({"reasons": reasons, "grades": {CRITERION: grade}})


def fenced_answer(body: Body) -> str:
    """Return what stands between the marks of the answer, as a judge that obeys the fence reads it."""
    token = re.search(r"<answer-(\w+)>", body["messages"][0]["content"])
    assert token is not None
    mark = token.group(1)
    inside = body["messages"][-1]["content"].split(f"<answer-{mark}>\n")
    assert len(inside) == 2, "the answer's mark stands once, and where it belongs"
    return str(inside[1].split(f"\n</answer-{mark}>")[0])


class JudgeWorld:
    """A folder with a judged suite; `says` answers for candidates, `judges` for the judge."""

    def __init__(
        self,
        folder: Path,
        *,
        says: Callable[[Body], str],
        judges: Callable[[Body], str | Reply],
        examples: int = 40,
        judge: str = "",
        scorers: str = "",
        more: str = "",
        candidates: str = "",
    ) -> None:
        self.folder = folder
        self.judged: list[Body] = []

        def script(_count: int, body: Body) -> Reply:
            if not body["messages"][0]["content"].startswith("You are a judge."):
                return Reply(body=completion(says(body)))
            self.judged.append(body)
            found = judges(body)
            return found if isinstance(found, Reply) else Reply(body=completion(found))

        self.server = LoopbackServer(script)
        self.suite = folder / "judged.yaml"
        lines = [{"id": f"e{at:03}", "input": f"question {at}", "target": f"answer {at}"} for at in range(examples)]
        (folder / "golden.jsonl").write_text("".join(json.dumps(each) + "\n" for each in lines))
        url = self.server.url
        both = f"""
  - {{name: prompted, endpoint: "{url}", model: plain, prompts: [p]}}
  - {{name: tuned, path: fine-tuned, base_model: plain, endpoint: "{url}", model: tuned, prompts: [p]}}"""
        self.suite.write_text(
            f"""name: judged
golden_set: {{path: golden.jsonl}}
prompts: {{p: {{user: "{{{{ input }}}}"}}}}
candidates:{candidates or both}
judges:
  - {{name: strict, endpoint: "{url}", model: judge{judge}}}
scorers:
  - {scorers or "{type: rubric, name: helpful, judge: strict, criteria: {useful: 'Is it of use?'}}"}
decision: {{accuracy_target: 0.9}}
{more}
"""
        )

    def run_folder(self) -> Path:
        """Return the newest run."""
        return max((self.folder / "reports" / "judged").iterdir())

    def verdict(self) -> dict[str, Any]:
        """Return its verdict."""
        found: dict[str, Any] = json.loads((self.run_folder() / "verdict.json").read_text())
        return found

    def finding(self, rule: str) -> dict[str, Any]:
        """Return one of its findings."""
        return next(each for each in self.verdict()["findings"] if each["rule"] == rule)


def labels_by(folder: Path, drawn: str, passes: Callable[[dict[str, Any]], bool]) -> Path:
    """Mark drawn lines as a person would, and return the file."""
    path = folder / "labels.jsonl"
    lines = [json.loads(line) for line in drawn.splitlines()]
    path.write_text("".join(json.dumps({**each, "label": "pass" if passes(each) else "fail"}) + "\n" for each in lines))
    return path
