"""What other harnesses call our scorers, for the hint when somebody writes it."""

__all__ = ["PEER_SCORERS"]

# promptfoo's assertion types and Inspect's scorers. They aren't taken silently: the same word may score otherwise there.
PEER_SCORERS = {
    "equals": "`exact`",
    "icontains": "`contains`, which doesn't mind case",
    "contains-any": "`contains` with a list of targets",
    "contains-all": "`contains` with a list of targets and `all_of: true`",
    "includes": "`contains`",
    "match": "`number` or `exact`, with the prompt's `extract`",
    "pattern": "`regex`",
    "is-json": "`form` with `json: true`",
    "contains-json": "`json`",
    "is-valid-json": "`form` with `json: true`",
    "choice": "`label`",
    "classifier": "`label`",
    "f-score": "`label`; macro-F1 stands in the report",
    "rouge-n": "`rouge` with `variant: rouge1`",
    "similarity": "`similar`",
    "is-refusal": "`refusal`, which is 1 when the answer is none",
    "not-is-refusal": "`refusal`",
    "word-count": "`length`",
    "math": "`number`",
    "javascript": "`python: file.py:function`",
    "model_graded_qa": "`reference`, which asks one of the suite's `judges`",
    "model_graded_fact": "`reference`, which asks one of the suite's `judges`",
    "llm-rubric": "`rubric`, which asks one of the suite's `judges`",
    "g-eval": "`rubric`, which asks one of the suite's `judges`",
    "select-best": "`pairwise`, which asks one of the suite's `judges` in both orders",
}
