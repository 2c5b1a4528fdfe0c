"""Who comes first, said without a false relation: 私域增长最快, or where all shrink 私域降幅最小."""

from __future__ import annotations

from decimal import Decimal

from rpt.language.format import round_half_up
from rpt.language.wording import SMALL, Phrase, change
from rpt.values.comparison import Comparison
from rpt.values.scope import member_label


def fastest(c: Comparison, *, small: Decimal = SMALL) -> Phrase:
    """The member whose growth is the highest of its kind: 私域增长最快，同比增长96.4%. Empty without a growth."""
    return _placed(c, ("增长最快", "表现最稳", "降幅最小"), small)


def slowest(c: Comparison, *, small: Decimal = SMALL) -> Phrase:
    """The member whose growth is the lowest of its kind: 短视频增长最慢, 表现最弱 or 降幅最大; empty without one."""
    return _placed(c, ("增长最慢", "表现最弱", "降幅最大"), small)


def _placed(c: Comparison, words: tuple[str, str, str], small: Decimal) -> Phrase:
    if c.growth is None:
        return ()
    shown = round_half_up(c.growth, 3)
    word = words[0] if shown > 0 else words[2] if shown < 0 else words[1]
    return (f"{member_label(c.measurement.scope)}{word}，", *change(c, small=small))
