"""What the tests of commands that send share: a mail server, started once for a file of tests."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.delivery.mailserver import Running, serving


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("server"), plain=True) as running:
        yield running
