"""Bytes → text, in the encodings that Chinese tools write, judged by what the text says.

UTF-8 proves itself; gb18030 decodes nearly anything, Latin, Big5 and Shift-JIS included, into some characters. So its
result is believed only where it looks like Chinese: level-1 characters of GB 2312 and among them the everyday ones,
hardly any rare ones, private use or controls. What is not sure is refused with the guess and how to state the encoding.
"""

from __future__ import annotations

import codecs
from dataclasses import dataclass

from rpt.intake.common_hanzi import EVERYDAY
from rpt.intake.plausible_text import (
    CONTROL,
    OTHERS,
    SAMPLED,
    attempt,
    is_all_hanzi,
    is_chinese,
    is_ours,
    odds_of_chinese,
    plausible_others,
    proves_itself,
    sample_of,
)
from rpt.intake.refusal import RefusedError

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# what people call them → what reads them; gb18030 reads all that gb2312 and gbk can write
_SAME = {"gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "936": "gb18030", "utf-8-sig": "utf-8"}


@dataclass(frozen=True)
class Decoded:
    """A text without BOM or NUL, its encoding, and how many NULs were dropped and how many characters were lost (�)."""

    text: str
    encoding: str
    nuls: int = 0
    lost: int = 0


def decode(data: bytes, stated: str = "", declared: str = "") -> Decoded:
    """Decode a file. ``stated`` is what rpt.toml says (it wins), ``declared`` what the file says of itself.

    Raises RefusedError where the encoding is not sure, or the text does not fit the one stated.
    """
    if stated:
        return _as_stated(data, encoding_named(stated) or stated)
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strict(data[len(bom) :], encoding)
    if b"\0" in data:
        found = _wide(data)
        if found:
            return found
        _refuse_binary(data)
        data, nuls = data.replace(b"\0", b""), data.count(b"\0")
    else:
        nuls = 0
    return _narrow(data, encoding_named(declared), nuls)


def encoding_named(name: str) -> str:
    """The codec of an encoding's name as people and pages write it; empty where there is none that makes text."""
    plain = name.strip().lower().replace("_", "-")
    plain = _SAME.get(plain, plain)
    try:
        codecs.lookup(plain)
        "".encode(plain)  # codecs of bytes (hex, zip) have no text
    except (LookupError, ValueError, TypeError):
        return ""
    return plain


def _as_stated(data: bytes, encoding: str) -> Decoded:
    for bom, own in _BOMS:
        if data.startswith(bom) and own.startswith(encoding.rstrip("lebn-")):
            data = data[len(bom) :]
            break
    try:
        return _cleaned(data.decode(encoding), encoding, 0)
    except (UnicodeDecodeError, LookupError) as error:
        where = f"（{_where(data, error.start)}）" if isinstance(error, UnicodeDecodeError) else ""
        message = f"文件不是 rpt.toml 里 [encodings] 写的 {encoding} 编码{where}"
        raise RefusedError("encoding", message, "请改正或删去这一项；删去后自动识别") from error


def _strict(data: bytes, encoding: str) -> Decoded:
    """Text with a BOM: it says what it is, and has to be it."""
    try:
        return _cleaned(data.decode(encoding), encoding, 0)
    except UnicodeDecodeError as error:
        message = f"文件开头标明是 {encoding.upper()}，{_where(data, error.start)}却不是"
        raise RefusedError(
            "encoding", message, f"文件可能没有下载完整或被拼接过：请重新导出；{_how(encoding)}"
        ) from error


def _cleaned(text: str, encoding: str, nuls: int) -> Decoded:
    text = text.removeprefix("\ufeff")
    found = text.count("\0")
    if found:
        text = text.replace("\0", "")
    return Decoded(text, encoding, nuls + found, text.count("\ufffd"))


def _refuse_binary(data: bytes) -> None:
    head = data[:SAMPLED]
    if sum(byte < 32 and byte not in b"\t\n\r\f\x1a" for byte in head) * 5 > len(head):
        raise RefusedError("not_text", "文件不是文字，也不是认识的表格", "请重新导出为 Excel 或 CSV")


def _wide(data: bytes) -> Decoded | None:
    """UTF-16 without a BOM: half of the bytes of its digits, tabs and line ends are NUL."""
    texts = []
    for encoding in ("utf-16-le", "utf-16-be"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        sample = sample_of(text)
        odd = sum(1 for c in sample if not (" " <= c <= "~" or c in "\t\r\n\u3000" or is_ours(c)))
        everyday = sum(1 for c in sample if c in "\t\r\n,;0123456789" or c in EVERYDAY)
        if odd * 20 <= len(sample) and everyday:
            texts.append((odd, -everyday, encoding, text))
    texts.sort()
    if not texts:
        return None
    _, _, encoding, text = texts[0]
    return _cleaned(text, encoding, 0)


def _narrow(data: bytes, declared: str, nuls: int) -> Decoded:
    utf8 = attempt(data, "utf-8")
    gb = attempt(data, "gb18030")
    if data.isascii() and utf8 is not None:
        if len(CONTROL.findall(sample_of(utf8))) * 50 > min(len(utf8), 2 * SAMPLED):
            raise RefusedError("not_text", "文件不是文字，也不是认识的表格", "请重新导出为 Excel 或 CSV")
        return _cleaned(utf8, "utf-8", nuls)
    if utf8 is not None:
        if declared == "utf-8" or proves_itself(utf8) or gb is None or not is_all_hanzi(gb):
            return _cleaned(utf8, "utf-8", nuls)
        if all(c < "\x80" or c > "\u017f" for c in utf8) and odds_of_chinese(gb)[0] > 0:
            return _cleaned(gb, "gb18030", nuls)  # 元 of gb18030 is a Cyrillic letter in UTF-8
        raise _unsure("gb18030" if declared == "gb18030" else "utf-8", "文字太少，UTF-8 与 GB18030 都读得通")
    if declared in OTHERS and declared != "cp1252":
        text = attempt(data, declared)
        if text is not None:
            return _cleaned(text, declared, nuls)
    if gb is not None and is_chinese(gb, data):
        return _cleaned(gb, "gb18030", nuls)
    raise _neither(data, gb)


def _unsure(guess: str, why: str) -> RefusedError:
    return RefusedError("encoding", f"文字编码不能确定：{why}", _how(guess), guess)


def _how(guess: str) -> str:
    return f'可在 rpt.toml 的 [encodings] 里写明，如 "文件名.csv" = "{guess}"，或另存为“CSV UTF-8”'


def _neither(data: bytes, gb: str | None) -> RefusedError:
    """Why the bytes are neither UTF-8 nor Chinese in gb18030, with the likeliest guess."""
    good, bad = _up_to_error(data, "utf-8")
    tail = len(data) - bad
    if good and tail < 4 and gb is None:
        return RefusedError("encoding", "文件末尾缺了半个字，可能没有下载完整", f"请重新导出；{_how('utf-8')}", "utf-8")
    if good:
        message = f"{_where(data, bad)}起不是 UTF-8，之前都是：可能由两种编码拼接而成"
        return RefusedError("encoding", f"文字编码不能确定：{message}", f"请重新导出；{_how('utf-8')}", "utf-8")
    if gb is None:
        start, bad = _up_to_error(data, "gb18030")
        if start and is_chinese(data[:bad].decode("gb18030"), data[:bad]):
            where = "末尾缺了半个字，可能没有下载完整" if len(data) - bad < 4 else f"{_where(data, bad)}有读不出的字"
            return RefusedError(
                "encoding", f"文件像是 GB18030 编码，但{where}", f"请重新导出；{_how('gb18030')}", "gb18030"
            )
    for encoding in plausible_others(data):
        return _unsure(encoding, f"不是 UTF-8，按 GB18030 读出来不像中文，像是 {OTHERS[encoding]}")
    wide = _wide(data) if len(data) % 2 == 0 else None
    if wide:
        return _unsure(wide.encoding, f"不是 UTF-8，按 GB18030 读出来不像中文，像是 {wide.encoding.upper()}")
    return _unsure("gb18030", "不是 UTF-8，按 GB18030 读出来不像中文" if gb else "试过 UTF-8 与 GB18030，都读不通")


def _up_to_error(data: bytes, encoding: str) -> tuple[bool, int]:
    """Where decoding fails, and whether there was text other than ASCII before."""
    try:
        data.decode(encoding)
    except UnicodeDecodeError as error:
        return not data[: error.start].isascii(), error.start
    return True, len(data)


def _where(data: bytes, position: int) -> str:
    line = data.count(b"\n", 0, position) + 1
    return f"第 {line} 行"
