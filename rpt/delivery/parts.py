"""What a robot is sent of a letter, part by part: each part is a recipient of its own in the outbox."""

from __future__ import annotations

from rpt.values.delivery import Attachment, Letter

FILE = "·文件"  # behind a robot's name: the file that goes after the summary
PDF = "application/pdf"


def file_part(robot: str) -> str:
    """The recipient that is a robot's file."""
    return robot + FILE


def robot_of(recipient: str) -> str:
    """The robot's name in a recipient."""
    return recipient.removesuffix(FILE)


def is_file(recipient: str) -> bool:
    """Whether a recipient is a robot's file."""
    return recipient.endswith(FILE)


def pdf_of(letter: Letter) -> Attachment | None:
    """The letter's PDF."""
    return next((a for a in letter.attachments if a.media_type == PDF), None)


def files_at(letter: Letter, where: str) -> list[str]:
    """Where a reader finds the files that do not come with the message: in ``where``, or where they were written."""
    if not letter.attachments:
        return []
    names = "、".join(attachment.name for attachment in letter.attachments)
    if where:
        return [f"文件在{where}：{names}"]
    folders = dict.fromkeys(str(attachment.path.parent) for attachment in letter.attachments)
    return [f"文件在生成报告的电脑上：{names}（{'、'.join(folders)}）"]
