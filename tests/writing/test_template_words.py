"""Templates place figures; whether a figure rose or fell is said by the language alone."""

import re
from pathlib import Path

import pytest

TEMPLATES = Path(__file__).parents[2] / "templates"
MOVES = "增长|下降|提升|提高|降低|上升|减少|增加|回落|加快|缩短|延长|扩大|收窄|高于|低于|超出|缺口|扭亏|增亏|减亏"
HAND_WRITTEN = re.compile(rf"(?:{MOVES})[了约达到至为]*\s*(?:<[^>]+>\s*)*\{{\{{")


@pytest.mark.parametrize("path", sorted(TEMPLATES.rglob("*.html")), ids=lambda p: str(p.relative_to(TEMPLATES)))
def test_no_template_says_itself_which_way_a_figure_moved(path: Path) -> None:
    assert HAND_WRITTEN.findall(path.read_text(encoding="utf-8")) == []


def test_the_guard_sees_a_hand_written_direction() -> None:
    assert HAND_WRITTEN.search('同比增长{{ fig("gmv", "growth") }}')
    assert HAND_WRITTEN.search('下降至 <b>{{ v("gmv") }}</b>')
    assert not HAND_WRITTEN.search('{{ standing("gmv") }}，{{ attainment("gmv") }}')
