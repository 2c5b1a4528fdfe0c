"""Sentences: pieces are joined while a sentence keeps to three figures; what is absent falls out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jinja2 import StrictUndefined
from markupsafe import Markup

from rpt.writing.phrases import MOST_FIGURES, Phrases


def piece(name: str, figures: int) -> Markup:
    return Markup(name) + Markup("<data>1</data>") * figures


@pytest.mark.parametrize(
    ("figures", "text"),
    [
        ([2, 1], "甲11；乙1。"),
        ([2, 2], "甲11。乙11。"),
        ([3, 3, 1], "甲111。乙111。丙1。"),
        ([1, 1, 1, 1], "甲1；乙1；丙1。丁1。"),
        ([5, 1], "甲11111。乙1。"),
        ([], ""),
    ],
)
def test_three_figures_a_sentence(figures: list[int], text: str) -> None:
    assert (
        Phrases.say(*(piece(name, count) for name, count in zip("甲乙丙丁", figures, strict=False))).striptags() == text
    )


def test_what_is_absent_falls_out_and_plain_text_is_escaped() -> None:
    assert Phrases.say("", StrictUndefined(), piece("甲", 1), Markup(""), "<b>") == "甲<data>1</data>；&lt;b&gt;。"
    assert Phrases.say("", StrictUndefined()) == ""


@given(st.lists(st.integers(0, MOST_FIGURES), max_size=12))
def test_no_sentence_has_more_and_nothing_is_lost(counts: list[int]) -> None:
    said = str(Phrases.say(*(piece("甲", count) for count in counts)))
    assert said.count("甲") == len(counts)
    assert said.count("<data>") == sum(counts)
    assert all(sentence.count("<data>") <= MOST_FIGURES for sentence in said.split("。"))
