"""What bytes say when read in one encoding or another: whether a text is Chinese, or some other that was meant."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from rpt.intake.common_hanzi import EVERYDAY

# other encodings of bytes that gb18030 takes; a page that declares one of them is believed
OTHERS = {
    "big5": "Big5（繁体）",
    "shift_jis": "Shift-JIS（日文）",
    "euc_jp": "EUC-JP（日文）",
    "euc_kr": "EUC-KR（韩文）",
    "cp1252": "Windows-1252（西文）",
}
SAMPLED = 200_000  # characters judged at each end of a long text
CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f-\x84\x86-\x9f]")
_PRIVATE = re.compile(r"[\ue000-\uf8ff\U000f0000-\U0010ffff\ufdd0-\ufdef\ufffe\uffff]")
_HANZI = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff]")
_FOREIGN = re.compile(r"[\u00a1-\u00ff\u0100-\u02af\u0370-\u0fff\u3040-\u312f\u2500-\u257f\uac00-\ud7af]")
# signs that gb2312 has and Chinese tables use
_SIGNS = frozenset("·×÷°±¤§¨àáèéêìíòóùúüαβγδΩΦφμ")
_ENOUGH, _SOME = 5.0, 2.5  # log odds, as of six everyday characters in a row, and of three
# Korean and Japanese of the same grid of bytes as GB 2312 make sense more often than they are meant
_SAME_GRID = {"euc_kr", "euc_jp"}


def is_chinese(text: str, data: bytes) -> bool:
    """Whether a text decoded as gb18030 is what was meant, and not another encoding's bytes."""
    odds, total, against = odds_of_chinese(text)
    if not total:  # signs only: ¥, ％, full-width digits
        return not plausible_others(data)
    if against * 12 > total:
        return False
    if odds >= _ENOUGH:
        return True
    # too little to go by alone; believed where no other reading of the bytes makes sense
    others = plausible_others(data)
    if odds >= _SOME:
        others = [encoding for encoding in others if encoding not in _SAME_GRID]
    return odds > -0.25 * total - 1 and against == 0 and not others


def odds_of_chinese(text: str) -> tuple[float, int, int]:
    """How a text decoded as gb18030 speaks for Chinese: log odds, characters looked at, those against it."""
    everyday = common = second = rare = odd = 0
    for word in _words(sample_of(text)):
        for c in word:
            if c in EVERYDAY:
                everyday += 1
            elif _HANZI.match(c):
                level = _level(c)
                common += level == 1
                second += level == 2
                rare += level == 0
            elif not is_ours(c):
                odd += 1
    total = everyday + common + second + rare + odd
    odds = everyday * math.log(0.6 / 0.25) + common * math.log(0.38 / 0.6) + (second + rare + odd) * math.log(0.2)
    return odds, total, rare + odd


def plausible_others(data: bytes) -> list[str]:
    """The other encodings in which the bytes make sense, likeliest first."""
    sample = data[: 2 * SAMPLED]
    return [encoding for encoding in OTHERS if _makes_sense(sample, encoding)]


def _makes_sense(sample: bytes, encoding: str) -> bool:
    if encoding == "cp1252":  # letters with accents stand alone among plain ones
        runs = [len(run) for run in re.findall(rb"[\x80-\xff]+", sample)]
        return bool(runs) and sum(1 for run in runs if run == 1) * 2 >= len(runs)
    text = attempt(sample, encoding) or attempt(sample[:-1], encoding)
    if text is None:
        return False
    wide = [c for c in text if c > "\x7f"]
    match encoding:
        case "big5":  # the 5,401 characters of its first level
            fits = sum(1 for c in wide if c.encode("big5") < b"\xc6\x7f")
        case "euc_kr":
            fits = sum(1 for c in wide if "\uac00" <= c <= "\ud7af")
        case _:
            fits = sum(1 for c in wide if "\u3040" <= c <= "\u30ff" or "\uff61" <= c <= "\uff9f" or c in EVERYDAY)
    return fits * 10 >= len(wide) * 9


def proves_itself(text: str) -> bool:
    """UTF-8 of three bytes is no accident; of two bytes ("路" in gb18030 is "·" in UTF-8) it may be one, unless all are
    letters with accents among plain ones (café)."""
    if any(c >= "\u0800" for c in text):
        return True
    wide = len(re.findall(r"[^\x00-\x7f]", text))
    return wide == len(re.findall(r"(?<=[A-Za-z])[À-ſ]|[À-ſ](?=[A-Za-z])", text))


def is_all_hanzi(text: str) -> bool:
    """Whether all but ASCII is characters of GB 2312."""
    return all(c < "\x80" or _level(c) > 0 for c in text)


def is_ours(c: str) -> bool:
    """A character of Chinese tables that is not rare: GB 2312 has it, or it is punctuation, a symbol or an emoji."""
    if _HANZI.match(c):
        return _level(c) > 0
    return not (CONTROL.match(c) or _PRIVATE.match(c) or (_FOREIGN.match(c) and c not in _SIGNS))


def _level(hanzi: str) -> int:
    """1 for the 3,755 common characters of GB 2312, 2 for its 3,008 others, 0 for the rest."""
    try:
        lead = hanzi.encode("gb2312")[0]
    except UnicodeEncodeError:
        return 0
    return 1 if lead <= 0xD7 else 2


def _words(text: str) -> Iterator[str]:
    """Each different run of non-ASCII text once, so that a name repeated in every row counts no more than any other."""
    return iter(dict.fromkeys(re.findall(r"[^\x00-\x7f]+", text)))


def sample_of(text: str) -> str:
    """Both ends of a long text, the whole of a short one."""
    return text if len(text) <= 2 * SAMPLED else text[:SAMPLED] + text[-SAMPLED:]


def attempt(data: bytes, encoding: str) -> str | None:
    """The text of the bytes, None where the encoding cannot read them."""
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
