"""200 dialogues with a server that refuses, puts off and breaks off: every recipient in the right state."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from rpt.delivery.addresses import mailbox
from rpt.delivery.message import Envelope
from rpt.delivery.outbox import Outbox
from rpt.delivery.post import post
from rpt.delivery.secrets import Secret
from rpt.delivery.smtp import Server, SmtpTransport
from rpt.values.delivery import State
from tests.delivery.letters import Clock, letter
from tests.delivery.mailserver import DROP, PASSWORD, Running, Script, serving

LATER, NEVER = "451 4.3.0 later", "550 5.1.1 never"
# what each step may be answered; None lets it pass
FAULTS = {
    "connect": [DROP, "421 4.3.2 busy", "554 5.3.2 closed"],
    "ehlo": [DROP, "421 4.3.2 busy", "554 5.5.1 no"],
    "auth": [DROP, "454 4.7.0 later"],
    "mail": [DROP, LATER, "553 5.1.8 sender"],
    "data": [DROP, LATER, "554 5.6.0 no"],
    "body": [DROP, LATER, "554 5.7.1 spam"],
    "taken": [DROP],
}


@pytest.fixture(scope="module")
def running(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    with serving(tmp_path_factory.mktemp("server"), implicit=True, login=True) as running:
        yield running


def transport(running: Running) -> SmtpTransport:
    server = Server(
        "127.0.0.1",
        running.port,
        "tls",
        username="rpt@example.com",
        password=Secret(PASSWORD.decode()),
        ca_file=running.ca_file,
        timeout=10,
        answer_timeout=10,
    )
    return SmtpTransport(server, Envelope(mailbox("rpt@example.com")))


def dialogue(chance: random.Random, people: list[str]) -> list[Script]:
    """Some connections, each with a fault or none, and a recipient or none who is not taken."""
    scripts = []
    for _ in range(chance.choice([1, 2, 3, 4])):
        script = Script()
        if chance.random() < 0.6:
            step = chance.choice(sorted(FAULTS))
            script.steps[step] = chance.choice(FAULTS[step])
        for person in people:
            if chance.random() < 0.25:
                script.recipients[person] = chance.choice([LATER, NEVER, NEVER, "452 4.5.3 too many", DROP, "421 bye"])
        scripts.append(script)
    return scripts


def expected(scripts: list[Script], people: list[str]) -> dict[str, State]:
    """What should become of everyone, told from the scripts alone; after the last one all is well."""
    states = dict.fromkeys(people, State.QUEUED)
    for script in [*scripts, Script()]:
        waiting = [person for person in people if states[person] is State.QUEUED]
        early = next((script.steps[s] for s in ("connect", "ehlo", "auth", "mail") if s in script.steps), "")
        if not waiting or early:
            states |= dict.fromkeys(waiting, State.REFUSED if early.startswith("5") else State.QUEUED)
            continue
        taken = []
        for person in waiting:
            fault = script.recipients.get(person, "")
            if fault == DROP or fault.startswith("421"):
                taken = []
                break
            if fault.startswith("5"):
                states[person] = State.REFUSED
            elif not fault:
                taken.append(person)
        late = {step: fault for step, fault in script.steps.items() if step in ("data", "body", "taken")}
        if not late:
            outcome = State.SENT
        elif any(fault.startswith("5") for fault in late.values()):
            outcome = State.REFUSED
        elif late in ({"body": DROP}, {"taken": DROP}):
            outcome = State.IN_DOUBT
        else:
            outcome = State.QUEUED
        states |= dict.fromkeys(taken, outcome)
    return states


@pytest.mark.parametrize("seed", range(200))
def test_everyone_is_in_the_right_state(seed: int, running: Running, tmp_path: Path) -> None:
    chance = random.Random(seed)
    people = [f"p{n}@example.com" for n in range(chance.choice([1, 2, 3, 5]))]
    scripts = dialogue(chance, people)
    wanted = expected(scripts, people)
    running.box.clear()
    running.box.scripts[:] = [Script(dict(s.steps), dict(s.recipients)) for s in scripts]
    outbox, clock, sent = Outbox(tmp_path), Clock(), letter(tmp_path, tuple(people))
    with outbox.exclusive():
        queued = outbox.enqueue(sent, "smtp", people)
        assert [entry.state for entry in queued] == [State.QUEUED] * len(people)
        receipts = post(outbox, transport(running), sent, people, clock.patience())
    found = {entry.recipient: entry.state for entry in outbox.entries()}
    assert found == wanted, (scripts, running.box.commands)
    assert {receipt.recipient: receipt.state for receipt in receipts} == wanted
    assert [receipt.recipient for receipt in receipts] == people
    for person, state in wanted.items():
        got = running.box.count(person)
        assert got == (state is State.SENT) or (state is State.IN_DOUBT and got <= 1)
    assert "MAIL in clear" not in running.box.commands
    assert "AUTH in clear" not in running.box.commands
    outbox.close()


def test_back_off_doubles_keeps_to_what_the_deadline_leaves_and_stays_queued(running: Running, tmp_path: Path) -> None:
    running.box.clear()
    running.box.scripts[:] = [Script({"mail": LATER}) for _ in range(50)]
    outbox, clock, sent = Outbox(tmp_path), Clock(), letter(tmp_path)
    with outbox.exclusive():
        outbox.enqueue(sent, "smtp", sent.to)
        (receipt,) = post(outbox, transport(running), sent, sent.to, clock.patience(deadline=200))
    assert clock.slept == [5, 10, 20, 40, 80]
    assert (receipt.state, receipt.detail) == (State.QUEUED, LATER)
    assert [entry.state for entry in outbox.entries()] == [State.QUEUED]
    running.box.clear()
    with outbox.exclusive():  # the next run sends it
        (again,) = outbox.enqueue(sent, "smtp", sent.to)
        assert post(outbox, transport(running), sent, [again.recipient], clock.patience())[0].state is State.SENT
    assert running.box.count("leader@example.com") == 1
