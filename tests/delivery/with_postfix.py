"""The same against Postfix (``make test-mail``): an instance of its own on loopback, with TLS from a test authority."""

from __future__ import annotations

import os
import pwd
import random
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import trustme

from rpt.delivery.addresses import mailbox
from rpt.delivery.message import Envelope
from rpt.delivery.outbox import Outbox
from rpt.delivery.post import post
from rpt.delivery.smtp import Server, SmtpTransport
from rpt.values.delivery import State
from tests.delivery.killing import LETTERS, PEOPLE, kill, send, settled
from tests.delivery.letters import Clock, letter

MAIN = """
compatibility_level = 3.6
queue_directory = {home}/queue
data_directory = {home}/data
mail_owner = postfix
myhostname = mail.test
inet_interfaces = 127.0.0.1
inet_protocols = ipv4
mydestination =
virtual_mailbox_domains = example.com
virtual_mailbox_maps = texthash:{home}/boxes
virtual_mailbox_base = {home}/mail
virtual_uid_maps = static:{uid}
virtual_gid_maps = static:{gid}
virtual_minimum_uid = 1
smtpd_recipient_restrictions = check_recipient_access texthash:{home}/access, reject_unauth_destination
smtpd_tls_security_level = encrypt
smtpd_tls_chain_files = {home}/chain.pem
maillog_file = {home}/log
maillog_file_prefixes = {home}
"""
MASTER = """
127.0.0.1:{port} inet n - n - - smtpd
cleanup unix n - n - 0 cleanup
qmgr unix n - n 300 1 qmgr
rewrite unix - - n - - trivial-rewrite
bounce unix - - n - 0 bounce
defer unix - - n - 0 bounce
trace unix - - n - 0 bounce
verify unix - - n - 1 verify
proxymap unix - - n - - proxymap
error unix - - n - - error
retry unix - - n - - error
virtual unix - n n - - virtual
anvil unix - - n - 1 anvil
tlsmgr unix - - n 1000? 1 tlsmgr
postlog unix-dgram n - n - 1 postlogd
"""


@dataclass(frozen=True)
class Postfix:
    home: Path
    port: int

    @property
    def ca_file(self) -> Path:
        return self.home / "ca.pem"

    def got(self, person: str) -> int:
        """How many letters lie in somebody's mailbox, once the queue is empty."""
        until = time.monotonic() + 30
        queues = [self.home / "queue" / name for name in ("incoming", "active", "deferred", "maildrop")]
        while time.monotonic() < until and any(path.is_file() for queue in queues for path in queue.rglob("*")):
            time.sleep(0.05)
        return len(list((self.home / "mail" / person / "new").glob("*")))

    def empty(self) -> None:
        for person in PEOPLE:
            shutil.rmtree(self.home / "mail" / person, ignore_errors=True)


@pytest.fixture(scope="module")
def postfix() -> Iterator[Postfix]:
    if os.getuid() != 0:
        pytest.skip("Postfix starts as root only")
    home = Path(tempfile.mkdtemp(prefix="rpt-postfix-"))
    home.chmod(0o755)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    user = pwd.getpwnam("postfix")
    for name in ("queue", "data", "mail", "conf"):
        (home / name).mkdir()
    for name in ("data", "mail"):
        os.chown(home / name, user.pw_uid, user.pw_gid)
    (home / "boxes").write_text("".join(f"{name}@example.com {name}@example.com/\n" for name in ("a", "b")))
    (home / "access").write_text("later@example.com 450 4.7.1 later\nnever@example.com 550 5.1.1 never\n")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(home / "ca.pem"))
    authority.issue_cert("127.0.0.1").private_key_and_cert_chain_pem.write_to_path(str(home / "chain.pem"))
    about = {"home": home, "port": port, "uid": user.pw_uid, "gid": user.pw_gid}
    (home / "conf" / "main.cf").write_text(MAIN.format(**about))
    (home / "conf" / "master.cf").write_text(MASTER.format(**about))
    command = ["postfix", "-c", str(home / "conf")]
    environment = os.environ | {"PATH": f"{os.environ['PATH']}:/usr/sbin"}
    started = subprocess.run([*command, "start"], env=environment, capture_output=True, encoding="utf-8", timeout=60)
    assert started.returncode == 0, started.stdout + started.stderr
    try:
        yield Postfix(home, port)
    finally:
        subprocess.run([*command, "stop"], env=environment, capture_output=True, timeout=60)
        shutil.rmtree(home, ignore_errors=True)


def test_everyone_is_in_the_right_state(postfix: Postfix, tmp_path: Path) -> None:
    postfix.empty()
    wanted = {
        "a@example.com": State.SENT,
        "b@example.com": State.SENT,
        "never@example.com": State.REFUSED,
        "later@example.com": State.QUEUED,
        "nobody@example.com": State.REFUSED,
        "x@elsewhere.example": State.REFUSED,
    }
    people, clock, outbox = tuple(wanted), Clock(), Outbox(tmp_path)
    server = Server("127.0.0.1", postfix.port, "starttls", ca_file=postfix.ca_file)
    sent = letter(tmp_path, people)
    with outbox.exclusive():
        outbox.enqueue(sent, "smtp", people)
        post(outbox, SmtpTransport(server, Envelope(mailbox("rpt@example.com"))), sent, people, clock.patience(60))
    assert {entry.recipient: entry.state for entry in outbox.entries()} == wanted
    assert clock.slept == [5, 10, 20]
    outbox.close()
    assert [postfix.got(person) for person in PEOPLE] == [1, 1]


@pytest.mark.parametrize("seed", range(20))
def test_a_kill_loses_nothing_and_doubles_nothing(seed: int, postfix: Postfix, tmp_path: Path) -> None:
    postfix.empty()
    kill(tmp_path, postfix.port, random.Random(seed).uniform(0, 0.3), postfix.ca_file)
    send(tmp_path, postfix.port, postfix.ca_file)
    got = {person: postfix.got(person) for person in PEOPLE}
    assert max(got.values()) <= len(LETTERS)
    settled(tmp_path, got)
