"""What figures are called that belong to no metric of the ledger: cells of tables and lists, counts, measures."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rpt.assurance.explaining.known import Known
from rpt.language.kinds import kind_of
from rpt.values.document import Document, Figure
from rpt.values.ledger import Source
from rpt.values.listing import Listing

_COUNTED = {
    "targets": ("目标项数", "目标文件里该年的目标，一项计一个"),
    "comparable": ("有历年数据可比的目标项数", "有本年实际、且知道历年最好增幅的目标"),
    "hard": ("所需变化超过历年最好的目标项数", "“需论证”与“有挑战”的目标之和"),
    "有挑战": ("“有挑战”的目标项数", "所需变化超过历年最好，不超过其1.5倍"),
    "需论证": ("“需论证”的目标项数", "所需变化超过历年最好的1.5倍，或历年从无改善"),
    "items": ("上年计划的项数", "上年计划里的目标与举措，一项计一个"),
    "完成": ("上年计划完成的项数", "实际达到承诺的项"),
    "未完成": ("上年计划未完成的项数", "实际未达到承诺的项"),
    "无数据": ("上年计划无数据的项数", "没有数据可以核对的项"),
}
_LACKING = ("还缺内容的举措项数", "行动计划里没有填写该项内容的举措")
_OWNER = re.compile(r"bridge\.owner(\d+)(?:\.(count|share))?")
_STEPS = {
    "bridge.count": "有预期增量的举措数",
    "bridge.expected": "举措预期增量合计",
    "bridge.overlap": "举措之间的重叠",
    "bridge.uncovered": "尚无举措的缺口",
    "bridge.uncovered.share": "尚无举措的缺口占目标缺口",
    "bridge.overlap.share": "举措之间的重叠占目标缺口",
}
_BEHIND = {"count": "举措数", "share": "占目标缺口"}


@dataclass(frozen=True)
class Named:
    """What an id that is no metric's is called, how it is computed in words, and what it was read from: cells of the
    targets workbook, or whole tables by their Chinese names."""

    label: str
    words: str = ""
    notes: tuple[str, ...] = ()
    sources: tuple[Source, ...] = ()
    tables: tuple[str, ...] = ()


def figures_of(document: Document) -> Iterable[Figure]:
    """Every figure of a document: printed, then those of its tables that pages do not show."""
    yield from document.figures
    for table in document.tables:
        for row in table.rows:
            yield from (cell for cell in row.cells.values() if isinstance(cell, Figure))


class Names:
    """The names of one run's figures."""

    def __init__(self, known: Known) -> None:
        self.known = known
        self.figures = tuple(figures_of(known.document))
        self._cells = dict(cell_names(known.document))
        self._tables = {table.id: table for table in known.document.tables}

    def of(self, ref: str) -> Named:
        """The name of an id; a cell of a table that nothing else is known of is named after its table, row and column,
        and an id that stands in none after itself."""
        kind, _, rest = ref.partition(".")
        pieces = rest.split(".")
        match kind:
            case "list" if len(pieces) > 1 and pieces[0] in self.known.lists:
                return _listed(self.known.lists[pieces[0]], pieces)
            case "action" | "last_plan" if len(pieces) == 2 and pieces[1].isdigit():
                return self._promised(kind, int(pieces[0]), int(pieces[1])) or self._cell(ref)
            case "plan" | "last_plan" if len(pieces) == 2:
                name, words = _COUNTED.get(pieces[1], _LACKING)
                return Named(f"{pieces[0]}年计划：{name}", words)
            case "table" if pieces[0] in self._tables:
                table = self._tables[pieces[0]]
                return Named(f"{table.number}{table.title}：所列行数", "本表在页面上列出的行数")
            case "window":
                day = "大促窗口的天数：结束日 − 开始日 + 1，日期来自 rpt.toml 的 [campaigns]"
                return Named(self._cells.get(ref, ref), day)
            case "source" if pieces[0].isdigit():
                return self._read(ref)
            case "finding":
                return Named(f"第{rest}项问题：序号", "问题按程度、影响金额、偏离程度排列的序号")
            case "document":
                return Named("报告里的计数", "正文所述的项数，数的是同一段里列出的项")
        if kind.startswith("panel@"):
            return _sampled(self._cell(ref))
        return self._cell(ref)

    def step(self, suffix: str) -> str:
        """What a step of the bridge is called: 主站运营组的举措; empty for what is none."""
        bridge = self.known.plan.bridge if self.known.plan is not None else None
        owner = _OWNER.fullmatch(suffix)
        if owner and bridge is not None and 0 < int(owner[1]) <= len(bridge.steps):
            what = _BEHIND.get(owner[2] or "", "")
            return f"{bridge.steps[int(owner[1]) - 1].owner}的举措{what and '·'}{what or '预期增量'}"
        return _STEPS.get(suffix, "")

    def _cell(self, ref: str) -> Named:
        last = ref.rpartition(".")[2]
        return Named(self._cells.get(ref, ref), kind_of(last).words)

    def _promised(self, kind: str, year: int, at: int) -> Named | None:
        plan = self.known.plan
        if plan is None:
            return None
        if kind == "action" and year == plan.year and at <= len(plan.actions):
            action = plan.actions[at - 1]
            return Named(
                f"{year}年举措“{action.measure}”：预期增量", "来自目标文件的“行动计划”", sources=action.sources
            )
        if kind == "last_plan" and year == plan.year - 1 and at <= len(plan.fulfilment):
            item = plan.fulfilment[at - 1].item
            return Named(f"{year}年计划“{item.measure}”：承诺值", "来自上年计划", sources=item.sources)
        return None

    def _read(self, ref: str) -> Named:
        """The rows of a sheet, in the table of sources: one of its rows per sheet, in the order read."""
        at = int(ref.split(".")[1])
        sheet = next((sheet for sheet in self.known.sheets if sheet.number == at), None)
        if sheet is None:
            return self._cell(ref)
        place = Source(sheet.table, sheet.file, sheet.sheet, sheet.rows, sheet.first_row, sheet.last_row)
        where = " › ".join(part for part in (sheet.file, sheet.sheet) if part)
        return Named(f"{where}：读到的行数", "工作表里计入的数据行，合计行与空行不计", sources=(place,))


def _sampled(cell: Named) -> Named:
    return Named(cell.label, cell.words or "订单样本的支付金额 × 样本倍数", tables=("订单样本", "渠道日报"))


def cell_names(document: Document) -> Iterable[tuple[str, str]]:
    """The ids of table cells, each named after its table, row and column."""
    for table in reversed(document.tables):
        for row in table.rows:
            head = next((cell for cell in row.cells.values() if isinstance(cell, str)), "")
            for column in table.columns:
                cell = row.cells.get(column.key)
                if isinstance(cell, Figure):
                    yield cell.ref, f"{table.title}：{'·'.join(name for name in (head, column.title) if name)}"


def _listed(listing: Listing, pieces: Sequence[str]) -> Named:
    """慢动库存第1行（加湿器）：库存金额."""
    notes = [listing.note] if listing.note else []
    notes += [f"来自表：{'、'.join(listing.tables)}"] if listing.tables else []
    if not pieces[1].isdigit():
        label = f"{listing.label}：行数" if pieces[1] == "size" else listing.label
        return Named(label, "清单的行数", tuple(notes), tables=listing.tables)
    row, key = int(pieces[1]), ".".join(pieces[2:])
    column = next((c.label for c in listing.columns if c.key == key), key)
    cells = listing.rows[row - 1] if 0 < row <= len(listing.rows) else ()
    name = next((cell for cell in cells if isinstance(cell, str)), "")
    label = f"{listing.label}第{row}行" + (f"（{name}）" if name else "") + f"：{column}"
    return Named(label, f"清单“{listing.label}”里这一行的“{column}”", tuple(notes), tables=listing.tables)
