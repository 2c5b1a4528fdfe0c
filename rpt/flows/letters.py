"""Letters from finished files: which run made them, what they are called, what changed since the letter before."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from rpt.assurance.difference.runs import compare
from rpt.delivery.content import content_hash
from rpt.project.model import Project
from rpt.state.runs import RunStore
from rpt.values.delivery import Attachment, Letter
from rpt.values.issue import UserError
from rpt.values.run import Run
from rpt.writing.digest import digest_of
from rpt.writing.letter import letter_body

UNVERIFIED = 4  # the exit code of files that are not what was made and checked
ATTACHED = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_LONGEST = 80  # characters of a file's name: its header is one line
MOST = 30  # sentences of a correction
_REWORDED = "数字没有变化，文字或版式有改动"
_FORBIDDEN = str.maketrans(dict.fromkeys('\\/:*?"<>|', "＿"))


@dataclass(frozen=True)
class Packet:
    """The files of one report, and the run that made them."""

    run: Run
    files: tuple[Path, ...]

    @property
    def attachments(self) -> tuple[Attachment, ...]:
        """PDF and workbook under the report's title."""
        title = self.run.document.title.translate(_FORBIDDEN)[:_LONGEST]
        found = []
        for form, media_type in ATTACHED.items():
            for path in self.files:
                if path.suffix.lower() == f".{form}":
                    content = path.read_bytes()
                    digest = hashlib.sha256(content).hexdigest()
                    found.append(Attachment(f"{title}.{form}", path, media_type, digest, len(content)))
        return tuple(found)


def packets(project: Project, files: Sequence[Path]) -> tuple[Packet, ...]:
    """Sort files by the report that they are of. Raises UserError (exit 2) for what is no file, (exit 4) for a file
    that no run of the project wrote like this, and for a report without PDF and workbook."""
    store = RunStore(project.state)
    found: dict[str, tuple[Run, list[Path]]] = {}
    for path in dict.fromkeys(file.resolve() for file in files):
        try:
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
        except OSError as error:
            raise UserError(
                f"文件读不出来：{path}（{error.strerror}）", "请写明 rpt 生成的文件，如 out/annual-2025.*"
            ) from None
        run = store.of_file(digest)
        if run is None:
            raise UserError(
                f"文件与生成时不一样、不是这个项目生成的，或存档已清理，没有发送：{path}",
                "请重新生成报告，再发送",
                UNVERIFIED,
            )
        if run.record.outcome == "failed":
            raise UserError(f"成品核对不符，没有发送：{path}", f"输入 rpt verify {path} 查看哪里不符", UNVERIFIED)
        known, paths = found.setdefault(run.record.report, (run, []))
        if known.record.id != run.record.id and content_hash(known, ()) != content_hash(run, ()):
            message = f"{path.name} 与 {paths[0].name} 不是同一次生成的，内容不同，没有发送"
            raise UserError(message, "请重新生成报告，再发送", UNVERIFIED)
        paths.append(path)
    made = tuple(Packet(run, tuple(paths)) for run, paths in found.values())
    for packet in made:
        if not packet.attachments:
            raise UserError(f"{packet.run.document.title}没有 PDF 或 Excel 可发", "请用 --format pdf,xlsx 生成后再发送")
    return made


def letter_of(project: Project, packet: Packet, correction: Sequence[str] = ()) -> Letter:
    """The letter about a report, to nobody yet. Raises UserError where the mail's template is wrong."""
    run, attachments = packet.run, packet.attachments
    digest = digest_of(run.document)
    names = [attachment.name for attachment in attachments]
    body = letter_body(project, digest, names, correction)
    return Letter(
        report=run.record.report,
        period=run.record.period,
        title=run.document.title,
        digest=digest,
        html=body.html,
        text=body.text,
        attachments=attachments,
        content_hash=content_hash(run, names),
        correction=tuple(correction),
    )


def corrections(project: Project, before: Sequence[str], run: Run) -> tuple[str, ...]:
    """What changed since the letter whose files had these hashes, in sentences; never empty."""
    store = RunStore(project.state)
    old = next((found for digest in before if (found := store.of_file(digest)) is not None), None)
    if old is None:
        return ("此前发出的版本已不在存档里，无法逐项列出改动",)
    told = compare(old, run).corrections
    if len(told) > MOST:
        return (*told[:MOST], f"另有{len(told) - MOST}处数字改动，见附件")
    return told or (_REWORDED,)
