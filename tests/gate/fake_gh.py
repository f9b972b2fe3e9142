"""A stand-in for the `gh` command: `gh api` on a GitHub that is one JSON file."""

import argparse
import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import jq

BOT = {"login": "github-actions[bot]", "type": "Bot"}
NOT_FOUND = 'gh: Not Found (HTTP 404)\n{"message": "Not Found"}'


def main(arguments: Sequence[str]) -> int:
    """Answer one call as gh would, and note it in the state's log."""
    if not os.environ.get("GH_TOKEN"):
        sys.stderr.write("gh: To use GitHub CLI in a GitHub Actions workflow, set the GH_TOKEN environment variable.\n")
        return 4
    parser = argparse.ArgumentParser()
    parser.add_argument("command", choices=["api"])
    parser.add_argument("path")
    parser.add_argument("--paginate", action="store_true")
    parser.add_argument("--silent", action="store_true")
    parser.add_argument("--method")
    parser.add_argument("--jq")
    parser.add_argument("--field", action="append", default=[])
    parser.add_argument("--raw-field", action="append", default=[])
    asked = parser.parse_args(arguments)
    fields = dict(each.split("=", 1) for each in asked.raw_field)
    for name, value in (each.split("=", 1) for each in asked.field):
        # newline="": what stands in the file is sent as it stands.
        fields[name] = Path(value[1:]).open(encoding="utf-8", newline="").read() if value.startswith("@") else value  # noqa: SIM115
    method = asked.method or ("POST" if fields else "GET")

    file = Path(os.environ["FAKE_GH"])
    state = json.loads(file.read_text(encoding="utf-8"))
    state["log"].append(f"{method} {asked.path}")
    refused = method in state["forbidden"]
    answer = None if refused else _answer(state, method, asked.path, fields)
    file.write_text(json.dumps(state), encoding="utf-8")
    if refused:
        sys.stdout.write('{"message": "Resource not accessible by integration"}')
        sys.stderr.write("gh: Resource not accessible by integration (HTTP 403)\n")
        return 1
    if answer is None:
        sys.stderr.write(NOT_FOUND)
        return 1
    for page in _pages(answer, asked.path, every=asked.paginate):
        if asked.silent:
            continue
        found = jq.compile(asked.jq).input_value(page).all() if asked.jq else [page]
        sys.stdout.write("".join(f"{each if isinstance(each, str) else json.dumps(each)}\n" for each in found))
    return 0


def _answer(state: dict[str, Any], method: str, path: str, fields: dict[str, str]) -> Any:
    """Return what the route answers, changing the state; None where nothing is there."""
    bare = re.fullmatch(r"repos/[\w-]+/[\w-]+/(?P<rest>.*)", urlsplit(path).path)
    parts = bare["rest"].split("/") if bare else []
    changes = fields if method == "PATCH" else {}
    found: Any = None
    match method, parts:
        case "GET", ["pulls", number]:
            found = state["pulls"].get(number)
        case "GET", ["issues", number, "comments"]:
            found = [each for each in state["comments"] if each["on"] == number]
        case "POST", ["issues", number, "comments"]:
            found = _added(state["comments"], {"on": number, "user": BOT, **fields}, "id")
        case _, ["issues", "comments", one]:
            found = _changed(state["comments"], "id", one, changes)
        case "GET", ["issues"]:
            query = parse_qs(urlsplit(path).query)
            mine = [each for each in state["issues"] if each["user"]["login"] == query.get("creator", [each["user"]["login"]])[0]]
            found = [each for each in mine if query.get("state", ["open"])[0] in ("all", each["state"])]
        case "POST", ["issues"]:
            found = _added(state["issues"], {"user": BOT, "state": "open", **fields}, "number")
        case _, ["issues", one]:
            found = _changed(state["issues"], "number", one, changes)
    return found


def _added(things: list[dict[str, Any]], thing: dict[str, Any], key: str) -> dict[str, Any]:
    things.append({key: 1 + max((each[key] for each in things), default=1000), **thing})
    return things[-1]


def _changed(things: list[dict[str, Any]], key: str, value: str, fields: dict[str, str]) -> dict[str, Any] | None:
    for each in things:
        if str(each[key]) == value:
            each.update(fields)
            return each
    return None


def _pages(answer: Any, path: str, *, every: bool) -> list[Any]:
    """Cut a list into pages as GitHub does: 30 unless asked for, 100 at most; only the first without --paginate."""
    if not isinstance(answer, list):
        return [answer]
    size = min(int(parse_qs(urlsplit(path).query).get("per_page", ["30"])[0]), 100)
    pages = [answer[at : at + size] for at in range(0, len(answer), size)] or [[]]
    return pages if every else pages[:1]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
