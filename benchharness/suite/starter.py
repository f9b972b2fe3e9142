"""What `bench init` writes: a small suite that runs as it is."""

import json

from benchharness.suite.yaml_reading import plain

__all__ = ["starter_files"]

SUITE = """\
# yaml-language-server: $schema=suite.schema.json
name: {quoted}
description: Which queue a support ticket belongs to.

golden_set: {{path: ../goldensets/{name}/golden.jsonl}}    # held out: never a shot, never trained on
training_pool: {{path: ../goldensets/{name}/pool.jsonl}}   # shots, retrieval and classical models draw from it

prompts:
  zero-shot:
    system: |-
      Route a support ticket to one queue: billing, account, shipping or product.
      Answer with the queue's name and nothing else.
    user: "{{{{ input }}}}"
  few-shot: {{extends: zero-shot, shots: 4}}
  retrieval: {{extends: zero-shot, shots: {{k: 4, pick: nearest}}}}

candidates:
  - {{name: smollm2, model: embedded/smollm2-135m, prompts: [zero-shot, few-shot, retrieval], parameters: {{max_tokens: 12}}}}
  - {{name: tfidf, model: sklearn/tfidf-logreg}}
  # With a key in the environment or in .env, ask a hosted model as well:
  # - {{name: gpt-mini, model: openai/gpt-4.1-mini, prompts: [zero-shot, few-shot, retrieval]}}

scorers:
  - {{type: label, labels: [billing, account, shipping, product]}}

decision:
  accuracy_target: 0.90
  target_reason: Two colleagues who sort the same tickets agree on nine of ten.
  gap_rule: 44 of 50
"""

GOLDEN = (
    ("I was charged twice for the same month, please refund one.", "billing"),
    ("The reset link never reaches my inbox, so I'm locked out.", "account"),
    ("Tracking says delivered on Tuesday, but there's nothing at my door.", "shipping"),
    ("The hinge of the lamp snapped the second time I moved it.", "product"),
    ("Why does my invoice show a tax rate from another country?", "billing"),
    ("Can I move my subscription to my new e-mail address?", "account"),
    ("My order has been 'in preparation' for nine days now.", "shipping"),
    ("After the update the app crashes as soon as I open a photo.", "product"),
    ("The discount code was accepted, yet the full price left my card.", "billing"),
    ("Somebody signed in from a city I've never been to.", "account"),
    ("The courier wants customs duty although you promised there'd be none.", "shipping"),
    ("It's advertised as waterproof and died in light rain.", "product"),
)
POOL = (
    ("Please send the receipt for my last payment.", "billing"),
    ("Your system took the yearly fee although I'm on the monthly plan.", "billing"),
    ("I need our VAT number on the bill.", "billing"),
    ("The refund you announced hasn't arrived at my bank.", "billing"),
    ("My card was declined, but the money is reserved anyway.", "billing"),
    ("Do you take payment by bank transfer?", "billing"),
    ("How do I switch on two-step sign-in?", "account"),
    ("Please delete my profile and everything in it.", "account"),
    ("I typed the wrong password too often, and now nothing works.", "account"),
    ("The name on my profile is misspelt, and I can't edit it.", "account"),
    ("My colleague left; I need to take over his login.", "account"),
    ("The verification code arrives an hour late.", "account"),
    ("The parcel went back to you because the label was torn.", "shipping"),
    ("Can you deliver to a pick-up point instead of my flat?", "shipping"),
    ("Only one of the two boxes came.", "shipping"),
    ("When will the chairs I ordered in March be sent?", "shipping"),
    ("I moved; please change the address before it leaves the warehouse.", "shipping"),
    ("The driver left it in the rain, and the carton is soaked.", "shipping"),
    ("The left earbud stopped working after a week.", "product"),
    ("Is there a manual in Polish for the coffee grinder?", "product"),
    ("The colour on the website isn't the colour of the sofa.", "product"),
    ("The export button does nothing in the desktop version.", "product"),
    ("Which bulbs fit the reading lamp?", "product"),
    ("The battery gets so hot that I can't hold the phone.", "product"),
)
README = """\
# {name}

Support tickets and the queue each belongs to, as a start for a golden set of your own.

- `golden.jsonl`: held-out examples. They decide; nothing else may use them.
- `pool.jsonl`: labelled examples that prompts, classical models and fine-tunes may use.

One JSON object a line: `id`, `input`, `target`. Twelve examples decide nothing: `bench run` says how many would.
"""


def starter_files(name: str) -> dict[str, str]:
    """Return path to text of a new suite called `name`."""
    folder = f"goldensets/{name}"
    return {
        f"suites/{name}.yaml": SUITE.format(name=name, quoted=name if isinstance(plain(name), str) else json.dumps(name)),
        f"{folder}/golden.jsonl": _lines("g", GOLDEN),
        f"{folder}/pool.jsonl": _lines("p", POOL),
        f"{folder}/README.md": README.format(name=name),
    }


def _lines(prefix: str, rows: tuple[tuple[str, str], ...]) -> str:
    objects = ({"id": f"{prefix}{at:02d}", "input": text, "target": target} for at, (text, target) in enumerate(rows, start=1))
    return "".join(json.dumps(each, ensure_ascii=False) + "\n" for each in objects)
