"""What `./mz bench register` asks of the centre: every kind of query, on an empty database.

The cases are made in the database from a pool of names, each with the words that the centre's own
code finds for it; what is timed is the verb of the desk's page, with the rows that it shows.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from functools import partial

import msgspec
from sqlalchemy import text

from command_center.cases.search import CaseQuery, search_cases
from command_center.cases.search_words import of_name
from command_center.cli.measuring import CASE_ID, CLERK, SERIES, seconds, settle
from command_center.platform.database import Database
from command_center.platform.uow import UnitOfWork

_POOL, _SEED, _EACH = 20_000, 20260312, 60
_DAY_MS = 86_400_000
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡"
_GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰文斌建国志海云飞雪梅晓东浩宇子轩欣怡"
_TRADES = ("贸易", "建材", "物流", "餐饮管理", "电子科技", "装饰工程", "服装", "食品", "置业")
_PLACES = ("广州", "佛山", "东莞", "南江", "深圳", "中山", "珠海")

_TEXT = {
    "number": "'(' || (2016 + i % 10) || ')粤0199执' || i || '号'",
    "line": "(2016 + i % 10) || '粤0199执' || i || '号'",
}
_CASES = """
INSERT INTO "case" (id, number, number_raw, kind, state, cause, basis, amount_fen, filed_ms, major,
    created_ms)
{series}
SELECT {case}, {number}, '', 'ENF_FIRST', 'IN_PROGRESS', '', '', 100, i * 1000, false, 1 FROM s
"""
_PARTIES = """
INSERT INTO party (id, "case", role, name, is_person, position, created_ms)
{series}
SELECT {party}, {case}, '{role}', p.name, true, 0, 1 FROM s JOIN bench_pool p ON p.n = {pick}
"""
_TEXTS = """
INSERT INTO case_text (seq, "case", filed_ms, text)
{series}
SELECT i, {case}, i * 1000, {line} || '\n' || a.line || '\n' || b.line
FROM s JOIN bench_pool a ON a.n = {applicant} JOIN bench_pool b ON b.n = {debtor}
"""
_WORDS = """
INSERT INTO case_word (word, filed_ms, seq)
{series}
, w(word, i) AS (
    SELECT p.word, i FROM s JOIN bench_word p ON p.n = {applicant}
    UNION SELECT p.word, i FROM s JOIN bench_word p ON p.n = {debtor}
    UNION SELECT CAST(2016 + i % 10 AS varchar), i FROM s
    UNION SELECT '0199', i FROM s
    UNION SELECT substr(CAST(i AS varchar), 1, k.k), i FROM s JOIN bench_length k
        ON k.k <= length(CAST(i AS varchar)) AND (k.k > 1 OR i < 10)
)
SELECT word, i * 1000, i FROM w ORDER BY word, i
"""
_PICKS = {
    "applicant": f"(CAST(i AS bigint) * 7919) % {_POOL}",
    "debtor": f"(CAST(i AS bigint) * 104729 + i / {_POOL}) % {_POOL}",
}


class SearchTimes(msgspec.Struct):
    """Milliseconds of each query, by kind, among so many cases."""

    cases: int
    searched_ms: dict[str, list[float]]


def measure_search(database: Database, sizes: Sequence[int]) -> list[SearchTimes]:
    """Fill the register to each size in turn, and search it in every way."""
    chance = random.Random(_SEED)  # noqa: S311  (names to search for, no secret)
    names = [_name(chance) for _ in range(_POOL)]
    database.run(_pool, names)
    found: list[SearchTimes] = []
    filled = 0
    for size in sizes:
        database.run(_fill, filled + 1, size)
        filled = size
        settle(database)
        found.append(SearchTimes(size, {
            kind: [_timed(database, query) for query in queries]
            for kind, queries in _queries(chance, names, size).items()
        }))  # fmt: skip
    return found


def _timed(database: Database, query: CaseQuery) -> float:
    took = seconds(partial(database.read, search_cases, CLERK, query)) * 1000
    if not database.read(search_cases, CLERK, query).rows:
        raise RuntimeError(f"found nothing: {query.text}")
    return took


def _queries(chance: random.Random, names: list[str], size: int) -> dict[str, list[CaseQuery]]:
    """Return queries of each kind; every one has an answer."""

    def number() -> int:
        return chance.randint(1, size)

    def name() -> str:
        return names[number() * 7919 % _POOL]

    def whole() -> str:
        n = number()
        return f"（{2016 + n % 10}）粤0199执{n}号"

    makers: dict[str, Callable[[], str]] = {
        "number": whole,
        "part": lambda: f"执{str(number())[:4]}",
        "name": name,
        "characters": lambda: name()[-4:][:2],
        "initials": lambda: sorted(of_name(name()).line.split("\n")[1:])[0],
        "page": lambda: "",
    }
    return {
        kind: [CaseQuery(make(), page=n % 2 if kind == "page" else 0) for n in range(_EACH)]
        for kind, make in makers.items()
    }


def _name(chance: random.Random) -> str:
    given = "".join(chance.choices(_GIVEN, k=2))
    if chance.random() < 1 / 4:
        return f"{chance.choice(_PLACES)}{given}{chance.choice(_TRADES)}有限公司"
    return chance.choice(_SURNAMES) + given[: chance.choice((1, 2, 2))]


def _pool(uow: UnitOfWork, names: list[str]) -> None:
    run = uow.session.execute
    run(text("CREATE TABLE bench_pool (n bigint PRIMARY KEY, name varchar, line varchar)"))
    run(text("CREATE TABLE bench_word (n bigint, word varchar, PRIMARY KEY (n, word))"))
    run(text("CREATE TABLE bench_length (k int)"))
    run(text("INSERT INTO bench_length VALUES (:k)"), [{"k": k} for k in range(1, 13)])
    found = [of_name(name) for name in names]
    lines = [{"n": n, "name": name, "line": found[n].line} for n, name in enumerate(names)]
    run(text("INSERT INTO bench_pool VALUES (:n, :name, :line)"), lines)
    run(text("INSERT INTO bench_word VALUES (:n, :word)"),
        [{"n": n, "word": word} for n, one in enumerate(found) for word in one.words])  # fmt: skip


def _fill(uow: UnitOfWork, first: int, last: int) -> None:
    """Add cases `first` to `last`, with two parties each; their words as the centre writes them."""
    dialect = uow.session.get_bind().dialect.name
    ids = CASE_ID[dialect]
    case = ids.format(i="i", tail="000000000001")
    span = {"first": first, "last": last}

    def run(statement: str, **more: str) -> None:
        filled = statement.format(series=SERIES[dialect], case=case, **_PICKS, **_TEXT, **more)
        uow.session.execute(text(filled), span)

    run(_CASES)
    for role, pick, tail in (("APPLICANT", "applicant", 2), ("DEBTOR", "debtor", 3)):
        party = ids.format(i="i", tail=f"00000000000{tail}")
        run(_PARTIES, party=party, role=role, pick=_PICKS[pick])
    run(_TEXTS)
    run(_WORDS)
