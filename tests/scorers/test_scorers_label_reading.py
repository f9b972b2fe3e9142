"""Labels are found as a person finds them: many scripts, many ways to mark an answer, and none that is another's."""

from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from benchharness.records.example import Example
from benchharness.records.score import Score, Unparsable, Unscored
from benchharness.scorers.folding import folded
from benchharness.scorers.label import LabelPlace, LabelScorer, Options
from benchharness.scorers.label_list import clashes

# Labels, then answers with the label a reader finds in each; None where no single one is given.
CASES: list[tuple[tuple[str, ...], dict[str, str | None]]] = [
    (
        ("A", "B", "C", "D"),
        {
            "The answer is B because a larger sample helps.": "B",
            "I think a good answer is B.": "B",
            "答案是B": "B",
            "Ｂ": "B",
            "C) Paris": "C",
            "All of A, B and C.": None,
            "A larger sample helps.": None,
            "B because a larger sample beats A": "B",
            "**B**": "B",
            "(B)": "B",
            '"B"': "B",
            "\\boxed{B}": "B",
            "$\\boxed{\\text{B}}$": "B",
            "Answer: B": "B",
            "Answer：B": "B",
            "**Answer:** B": "B",
            "**Answer**: B": "B",
            "正确答案是B。": "B",
            "答案：Ｂ": "B",
            "정답은 B입니다": "B",
            "B입니다": "B",
            "Ответ: B": "B",
            "A. Paris\nB. London\nI choose B": None,
            "A. Paris\nB. London\nAnswer: B": "B",
            "Answer: A or B": None,
            "The answer is not B.": None,
            "It's not B": None,
            "A is correct.": "A",
            "A: no. B: yes.": None,
            "Answer: B (not C)": "B",
            "Therefore, the answer is $\\textbf{(B)}$.": "B",
            "<answer>B</answer>": "B",
            "La respuesta es B": "B",
            "\u6545\u9009\uff1aB": "B",
            "B/C": None,
            "Option A": "A",
            "A": "A",
            "b": "B",
            "a": "A",
            "B.": "B",
            "(b)": "B",
            "B) because A is wrong": "B",
            "I'd say B": "B",
            "Answer: A larger one": None,
            "A and B": None,
            "答えはBです": "B",
            "الإجابة: B": "B",
            "Vitamin-B": None,
            '{"answer": "B"}': "B",
            "The correct choice is (C).": "C",
            "The answer is **D**, since A and B fail.": "D",
            "": None,
            "B-": None,
        },
    ),
    (
        ("I", "II", "III", "IV"),
        {
            "I do not know": None,
            "I": "I",
            "Answer: I": "I",
            "I am sure it is II": "II",
            "I think III": "III",
            "I is right": "I",
            "iii": "III",
            "IV. because": "IV",
        },
    ),
    (
        ("positive", "negative", "neutral"),
        {
            "positive": "positive",
            "Not positive": None,
            "very positive": "positive",
            "isn't positive": None,
            "not a very positive text": None,
            "No, positive.": None,
            "It is not buzzwords but neutral": "neutral",
            "POSITIVE!": "positive",
            "Sentiment: positive. The negative words are ironic.": "positive",
            "positive because the negative words are ironic": "positive",
            "nicht positive": None,
            "NEUTRAL\n\nIt is neither positive nor negative.": None,
            "non-positive": None,
            "positively": None,
            "positive-negative": None,
            "The sentiment is **positive**.": "positive",
            "positive is wrong": None,
        },
    ),
    (
        ("-1", "0", "1"),
        {
            "-1": "-1",
            "1": "1",
            "0": "0",
            "−1": "-1",
            "+1": None,
            "Label: -1": "-1",
            "The score is -1.": "-1",
            "1.": "1",
            "10": None,
            "1.5": None,
            "It is 0": "0",
            "- 1": "1",
            "1/2": None,
            "$1": None,
            "١": "1",
        },
    ),
    (
        ("0", "1"),
        {
            "-1": None,
            "1.0": "1",
            "answer -1": None,
        },
    ),
    (
        ("<=50K", ">50K"),
        {
            "<=50K": "<=50K",
            ">50K": ">50K",
            "50K": None,
            "≤50K": "<=50K",
            "> 50K": ">50K",
            "The income is >50K.": ">50K",
            "income <= 50k": "<=50K",
            "**<=50K**": "<=50K",
        },
    ),
    (
        ("C", "C++", "C#"),
        {
            "C": "C",
            "C++": "C++",
            "C#": "C#",
            "c++.": "C++",
            "It's written in C++, not Java": "C++",
            "C--": None,
            "The language is C#.": "C#",
            "C.": "C",
            "This is C code": "C",
            "c": "C",
        },
    ),
    (
        ("C", "Java"),
        {
            "C++": None,
            "It is C#": None,
        },
    ),
    (
        ("★★", "★★★"),
        {
            "★★": "★★",
            "★★★": "★★★",
            "I'd give ★★★.": "★★★",
            "★★★★": None,
            "★": None,
        },
    ),
    (
        ("👍", "👎"),
        {
            "👍": "👍",
            "👎🏽": "👎",
            "Great 👍!": "👍",
            "👍👎": None,
        },
    ),
    (
        ("***", "**"),
        {
            "***": "***",
            "**": "**",
        },
    ),
    (
        ("正面", "负面", "café"),
        {
            "答案是正面。": "正面",
            "负面": "负面",
            "不正面": None,
            "非常正面": "正面",
            "这不是负面的": None,
            "正面和负面": None,
            "café": "café",
            "cafe": None,
            "这个café很好": "café",
        },
    ),
    (
        ("正面", "非常正面"),
        {
            "我觉得非常正面": "非常正面",
        },
    ),
    (
        ("ดี", "แย่"),
        {
            "ดี": "ดี",
            "คำตอบคือ ดี": "ดี",
            "ดีมาก": "ดี",
            "ไม่ดี": None,
        },
    ),
    (
        ("सकारात्मक", "नकारात्मक"),
        {
            "सकारात्मक": "सकारात्मक",
            "यह सकारात्मक है": "सकारात्मक",
            "उत्तर: नकारात्मक": "नकारात्मक",
            "सकारात्मकता": None,
            "सकारात्मक नहीं है": None,
        },
    ),
    (
        ("положительный", "отрицательный"),
        {
            "положительный": "положительный",
            "Ответ: Отрицательный.": "отрицательный",
            "не положительный": None,
            "ПОЛОЖИТЕЛЬНЫЙ": "положительный",
        },
    ),
    (
        ("إيجابي", "سلبي"),
        {
            "إيجابي": "إيجابي",
            "الإجابة: سلبي": "سلبي",
            "النص إيجابي": "إيجابي",
            "ليس إيجابي": None,
            "إيجابيّ": "إيجابي",
        },
    ),
    (
        ("긍정", "부정"),
        {
            "긍정": "긍정",
            "긍정입니다": "긍정",
            "이 문장은 부정적입니다": "부정",
            "긍정이 아닙니다": None,
            "비긍정": None,
        },
    ),
    (
        ("ポジティブ", "ネガティブ"),
        {
            "ポジティブ": "ポジティブ",
            "これはネガティブです": "ネガティブ",
            "ポジティブではない": None,
            "ﾎﾟｼﾞﾃｨﾌﾞ": "ポジティブ",
        },
    ),
    (
        ("spam", "not spam"),
        {
            "not spam": "not spam",
            "spam": "spam",
            "not-spam": "not spam",
            "This is not spam.": "not spam",
            "this is not, in fact, spam": None,
            "Spam!": "spam",
            "NOT_SPAM": "not spam",
        },
    ),
    (
        ("positive", "very positive"),
        {
            "very positive": "very positive",
            "It's very positive": "very positive",
            "positive": "positive",
        },
    ),
    (
        ("true", "false"),
        {
            "true": "true",
            "True": "true",
            "TRUE.": "true",
            "It is False": "false",
            "not true": None,
        },
    ),
    (
        ("yes", "no"),
        {
            "yes": "yes",
            "No.": "no",
            "Yes, there is no doubt": None,
            "Yes!": "yes",
            "ÅŸ": None,
        },
    ),
    (
        ("A", "A-", "A+", "B+"),
        {
            "A-": "A-",
            "A": "A",
            "A+": "A+",
            "Grade A-": "A-",
            "Label: A-": "A-",
            "(A-)": "A-",
            "B+": "B+",
            "B": None,
        },
    ),
    (
        ("card lost", "lost abroad"),
        {
            "card lost abroad": None,
        },
    ),
    (
        ("card", "card lost"),
        {
            "my card lost, sorry": "card lost",
        },
    ),
    (
        ("yes!", "yes?"),
        {
            "yes?": "yes?",
            "yes": None,
        },
    ),
    (
        ("KIRMIZI", "mavi"),
        {
            "kırmızı": "KIRMIZI",
        },
    ),
    (
        ("İyi", "kötü"),
        {
            "iyi": "İyi",
        },
    ),
    (
        ("<unk>", "word"),
        {
            "<unk>": "<unk>",
        },
    ),
    (
        ("R&D", "Sales"),
        {
            "r&d": "R&D",
        },
    ),
    (
        ("Straße", "Weg"),
        {
            "STRASSE": "Straße",
        },
    ),
    (
        ("1-5", "6-10"),
        {
            "1–5": "1-5",
            "5": None,
        },
    ),
    (
        ("5%", "10%"),
        {
            "5%": "5%",
            "5": None,
        },
    ),
    (
        ("covid-19", "flu"),
        {
            "It's COVID 19": "covid-19",
        },
    ),
]


def scorer(labels: tuple[Any, ...], **options: Any) -> LabelScorer:
    return LabelScorer(Options(**options), "label", labels)


@pytest.mark.parametrize(
    ("labels", "answer", "label"), [(labels, answer, label) for labels, answers in CASES for answer, label in answers.items()]
)
def test_a_label_is_found_where_a_person_finds_it_and_nowhere_else(labels: tuple[str, ...], answer: str, label: str | None) -> None:
    found = scorer(labels).find(answer)
    assert isinstance(found, Unparsable) if label is None else found == label


SENTIMENTS = ("positive", "negative", "neutral")
FIRST = "NEUTRAL\n\nIt is neither positive nor negative."


def test_the_first_or_the_last_line_counts_when_the_suite_says_so_and_the_reason_names_what_it_would_save() -> None:
    found = scorer(SENTIMENTS).find(FIRST)
    assert isinstance(found, Unparsable)
    assert "its first line alone says neutral (`read: first-line`)" in found.reason
    assert scorer(SENTIMENTS, read=LabelPlace.FIRST_LINE).find(FIRST) == "neutral"
    assert scorer(SENTIMENTS, read=LabelPlace.LAST_LINE).find("Neither positive nor negative.\n**NEUTRAL**\n") == "neutral"
    assert isinstance(scorer(SENTIMENTS, read=LabelPlace.FIRST_LINE).find("positive or negative\nneutral or positive"), Unparsable)


@pytest.mark.parametrize(("target", "answer"), [(0, "0"), (1.0, "1"), (1.0, "1.0"), (True, "True"), (False, "false."), ("None", "none")])
def test_numbers_and_true_and_false_are_labels(target: Any, answer: str) -> None:
    given = scorer(("0", "1", "true", "false", "None"))
    found = given.score(answer, Example(id="e", input="q", target=target))
    assert isinstance(found, Score)
    assert found.value == 1


@pytest.mark.parametrize("target", ["", " ", None, [], [""], {"a": 1}])
def test_an_empty_target_is_never_matched(target: Any) -> None:
    assert isinstance(scorer(("a", "b")).score("a", Example(id="e", input="q", target=target)), Unscored)


def test_of_several_targets_any_counts_and_the_table_says_so_too() -> None:
    given = scorer(("ham", "spam", "eggs"))
    found = given.score("Ham!", Example(id="e", input="q", target=["spam", "ham"]))
    assert isinstance(found, Score)
    assert found.value == 1
    assert given.pair('["spam", "ham"]', "ham") == ("ham", "ham")
    assert given.pair('["spam", "ham"]', "eggs") == ("spam", "eggs")
    assert given.pair("SPAM", None) == ("spam", None)


@pytest.mark.parametrize(
    "labels", [("invoice ", "INVOICE"), ("caf\u00e9", "CAFE\u0301"), ("\uff22", "B"), ("Stra\u00dfe", "strasse"), ("a  b", "a b")]
)
def test_labels_that_differ_in_case_blanks_or_forms_alone_are_refused_unless_they_are_said_to_be_one(labels: tuple[str, str]) -> None:
    with pytest.raises(ValueError, match="no answer could be told for one"):
        Options(labels=labels)
    first, second = labels
    assert scorer(labels, aliases={first: (second,)}).find(second) == first


@pytest.mark.parametrize("options", [{"labels": ("", "a")}, {"labels": ("a",), "aliases": {"a": (" ",)}}])
def test_an_empty_text_is_no_label(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="an empty text is no label"):
        Options(**options)


SIGNS = st.sampled_from(
    list("abBAiI019.,-+#/<>=%*!?& _'\"()\u6b63\u9762\u0e14\u0e35\u093e\u0915\u0643\uae0d\u2605\U0001f44d\u0301\u00df\u0130")
)
names = st.one_of(
    st.text(SIGNS, min_size=1, max_size=6),
    st.sampled_from(
        ["not spam", "spam", "very positive", "positive", "-1", "1", "<=50K", ">50K", "C", "C++", "C#", "A", "I", "A-", ".NET"]
    ),
    st.text(min_size=1, max_size=8),
).filter(lambda name: bool(name.strip()))


@given(st.lists(names, min_size=2, max_size=8, unique=True))
def test_no_two_labels_of_a_list_ever_match_each_others_answers(labels: list[str]) -> None:
    assume(not list(clashes(labels, {})))
    given = scorer(tuple(labels))
    for label in labels:
        assert given.find(label) == label
        for wrapped in (f" {label}\n", f"**{label}**", f'"{label}"', f"({label})", f"{label}."):
            found = given.find(wrapped)
            assert found == label or isinstance(found, Unparsable) or folded(wrapped) in map(folded, labels)


@given(st.lists(st.sampled_from(SENTIMENTS), min_size=2, max_size=3, unique=True), st.sampled_from([" or ", ", ", " / ", " and ", "\n"]))
def test_an_answer_that_names_several_labels_is_none_of_them(labels: list[str], between: str) -> None:
    for answer in (between.join(labels), f"Answer: {between.join(labels)}" if between != "\n" else between.join(labels)):
        assert isinstance(scorer(SENTIMENTS).find(answer), Unparsable)


@given(st.text(max_size=300))
def test_any_text_is_read_and_what_is_found_is_of_the_list(answer: str) -> None:
    found = scorer((*SENTIMENTS, "A", "B", "\u6b63\u9762", "-1")).find(answer)
    assert isinstance(found, Unparsable) or found in (*SENTIMENTS, "A", "B", "\u6b63\u9762", "-1")
