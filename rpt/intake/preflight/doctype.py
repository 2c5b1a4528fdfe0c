"""Document types: no export has one, and one can do harm."""

from __future__ import annotations

from rpt.intake.refusal import unsafe


def refuse_doctype(text: bytes, name: str) -> None:
    """A document type can name files, addresses and bombs of entities. Raises RefusedError."""
    if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
        raise unsafe(f"{name} 里有 DOCTYPE（文档类型定义）")
