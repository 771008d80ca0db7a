"""Let clocks name their objection

They were found by the words in which it was put, which were kept apart by a number.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator

import sqlalchemy as sa
from alembic import op

from command_center.platform import append_only

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

_CLOCK, _EXTENSION = "objection_clock", "deadline_extension"
_ONE, _OF_CASE = "uq_deadline_case_rule_subject_start_day", "ix_deadline_case_rule"
_RULES = (
    "objection_register", "objection_decide", "reconsider_decide", "reconsider_apply",
    "third_party_suit", "third_party_release",
)  # fmt: skip
_OF_PARTY = " · "


def _table(name: str, *columns: str) -> sa.TableClause:
    return sa.table(name, *(sa.column(column, sa.String) for column in columns))


_DEADLINE = _table("deadline", "deadline", "case", "rule", "subject", "start_day")
_OBJECTION = _table("objection", "objection", "case", "label")
_LINK = _table(_CLOCK, "deadline", "objection", "party")


def upgrade() -> None:
    _rebuild_deadline(_drop_one)
    op.create_index(_OF_CASE, "deadline", ["case", "rule"])
    op.create_table(
        _CLOCK,
        sa.Column("deadline", sa.String(length=36), nullable=False),
        sa.Column("objection", sa.String(length=36), nullable=False),
        sa.Column("party", sa.String(length=36), nullable=True),
        sa.ForeignKeyConstraint(
            ["deadline"], ["deadline.deadline"], name=op.f("fk_objection_clock_deadline_deadline")
        ),
        sa.ForeignKeyConstraint(
            ["objection"], ["objection.objection"],
            name=op.f("fk_objection_clock_objection_objection"),
        ),
        sa.ForeignKeyConstraint(
            ["party"], ["party.id"], name=op.f("fk_objection_clock_party_party")
        ),
        sa.PrimaryKeyConstraint("deadline", name=op.f("pk_objection_clock")),
    )  # fmt: skip
    op.create_index(op.f("ix_objection_clock_objection"), _CLOCK, ["objection"])
    links = list(_links())
    if links:
        op.bulk_insert(_LINK, links)
    _protect(_CLOCK)
    op.drop_column("objection", "label")


def downgrade() -> None:
    _unprotect("objection")
    op.add_column(
        "objection", sa.Column("label", sa.String(length=400), nullable=False, server_default="")
    )
    _label_again()
    _protect("objection")
    _unprotect(_CLOCK)
    op.drop_index(op.f("ix_objection_clock_objection"), table_name=_CLOCK)
    op.drop_table(_CLOCK)
    op.drop_index(_OF_CASE, table_name="deadline")
    _rebuild_deadline(_create_one)


def _links() -> Iterator[dict[str, str | None]]:
    """Yield the clocks with their objection: by its words, the longest first, as one may begin
    another; and with the party on whom the ruling was served that day."""
    labels: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for objection, case, label in op.get_bind().execute(sa.select(_OBJECTION)):
        labels[case].append((label, objection))
    served: set[tuple[str, str]] = set()
    query = sa.select(_DEADLINE).where(_DEADLINE.c.rule.in_(_RULES))
    for deadline, case, _rule, subject, day in op.get_bind().execute(query).all():
        for label, objection in sorted(labels[case], key=lambda one: -len(one[0])):
            if subject == label:
                yield {"deadline": deadline, "objection": objection, "party": None}
                break
            if subject.startswith(label + _OF_PARTY):
                name = subject[len(label + _OF_PARTY) :]
                party = _party(objection, day, name, served)
                yield {"deadline": deadline, "objection": objection, "party": party}
                break


def _party(objection: str, day: str, name: str, served: set[tuple[str, str]]) -> str | None:
    """Return the party of this name, or of a former one, on whom the ruling was served that day;
    where nobody bears it any more, any of that day."""
    step, party = _table("objection_step", "objection", "act", "day", "party"), _table(
        "party", "id", "name")  # fmt: skip
    change = _table("party_change", "party", "act", "before")
    former = sa.select(change.c.party).where(
        change.c.party == party.c.id, change.c.act == "NAME", change.c.before == name
    )
    query = (
        sa.select(party.c.id)
        .join(step, step.c.party == party.c.id)
        .where(step.c.objection == objection, step.c.act == "SERVED", step.c.day == day)
        .order_by(sa.case((party.c.name == name, 0), (former.exists(), 1), else_=2), party.c.id)
    )
    for found in op.get_bind().scalars(query):
        if (objection, found) not in served:
            served.add((objection, found))
            return str(found)
    return None


def _label_again() -> None:
    """Give each objection the words of its clocks back, and a number where a case has them twice;
    the subjects of its clocks follow."""
    bind, taken = op.get_bind(), set[tuple[str, str]]()
    subjects = (
        sa.select(_LINK.c.objection, _DEADLINE.c.deadline, _DEADLINE.c.case, _DEADLINE.c.subject,
                  _LINK.c.party)
        .join(_DEADLINE, _DEADLINE.c.deadline == _LINK.c.deadline)
        .order_by(_LINK.c.objection)
    )  # fmt: skip
    clocks: dict[str, list[tuple[str, str, str, str | None]]] = defaultdict(list)
    for objection, deadline, case, subject, party in bind.execute(subjects).all():
        clocks[objection].append((deadline, case, subject, party))
    for objection, own in clocks.items():
        case, words = next((case, text) for _id, case, text, party in own if party is None)
        tries = (words, *(f"{words[:114]}（{n}）" for n in range(2, len(clocks) + 2)))
        label = next(one for one in tries if (case, one) not in taken)
        taken.add((case, label))
        bind.execute(
            _OBJECTION.update().where(_OBJECTION.c.objection == objection).values(label=label)
        )
        for deadline, _case, text, _whose in own:
            renamed = label + text.removeprefix(words)
            bind.execute(
                _DEADLINE.update().where(_DEADLINE.c.deadline == deadline).values(subject=renamed)
            )


def _drop_one() -> None:
    with op.batch_alter_table("deadline") as table:
        table.drop_constraint(op.f(_ONE), type_="unique")


def _create_one() -> None:
    with op.batch_alter_table("deadline") as table:
        table.create_unique_constraint(op.f(_ONE), ["case", "rule", "subject", "start_day"])


def _rebuild_deadline(change: Callable[[], None]) -> None:
    """Change a constraint of the clocks. SQLite writes the whole table anew, which what refers to
    it would forbid: extensions are put aside meanwhile."""
    if op.get_bind().dialect.name != "sqlite":
        change()
        return
    _unprotect(_EXTENSION)
    op.execute("CREATE TABLE kept_extension AS SELECT * FROM deadline_extension")
    (made,) = op.get_bind().execute(
        sa.text("SELECT sql FROM sqlite_master WHERE name = :name"), {"name": _EXTENSION}
    ).one()  # fmt: skip
    op.drop_table(_EXTENSION)
    change()
    op.execute(made)
    op.execute("INSERT INTO deadline_extension SELECT * FROM kept_extension")
    op.drop_table("kept_extension")
    _protect(_EXTENSION)


def _protect(table: str) -> None:
    for statement in append_only.protect(op.get_bind().dialect.name, table):
        op.execute(statement)


def _unprotect(table: str) -> None:
    for statement in append_only.unprotect(op.get_bind().dialect.name, table):
        op.execute(statement)
