"""The statements that keep nonces in a table, by dialect of SQL."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import BigInteger, LargeBinary, bindparam, text

if TYPE_CHECKING:
    from sqlalchemy import Dialect, Table, TextClause

__all__ = ["Statements", "statements_for"]


class Statements(NamedTuple):
    """What is executed, each an atomic step.

    Those of ``add``, with ``digest`` and ``seconds``, change one row or none; one that
    changes none is followed by the next. ``sweep`` deletes a ``batch`` of expired rows.
    """

    add: list[TextClause]
    sweep: TextClause


class _SQL(NamedTuple):
    """The text of statements, with ``{table}`` and ``{now}``, seconds by the database's clock."""

    now: str
    add: list[str]
    sweep: str


_UPSERT = (
    "INSERT INTO {table} AS kept (digest, expires) VALUES (:digest, {now} + :seconds)"
    " ON CONFLICT (digest) DO UPDATE SET expires = excluded.expires WHERE kept.expires < {now}"
)
_MYSQL = _SQL(
    now="UNIX_TIMESTAMP()",
    # ON DUPLICATE KEY UPDATE does not tell: where a driver counts the rows that were found, as
    # SQLAlchemy has it do, it counts one for a row that is left as it is, as for a new one.
    add=[
        "INSERT IGNORE INTO {table} (digest, expires) VALUES (:digest, {now} + :seconds)",
        "UPDATE {table} SET expires = {now} + :seconds WHERE digest = :digest AND expires < {now}",
    ],
    sweep="DELETE FROM {table} WHERE expires < {now} LIMIT :batch",
)
_DIALECTS = {
    "postgresql": _SQL(
        # Of the clocks the one that is constant in a statement, so that an index is used for it.
        now="CAST(floor(extract(epoch FROM statement_timestamp())) AS bigint)",
        add=[_UPSERT],
        sweep="WITH expired AS (SELECT digest FROM {table} WHERE expires < {now}"
        " ORDER BY expires LIMIT :batch FOR UPDATE SKIP LOCKED)"
        " DELETE FROM {table} WHERE digest IN (SELECT digest FROM expired)",
    ),
    "sqlite": _SQL(
        now="CAST(strftime('%s', 'now') AS INTEGER)",
        add=[_UPSERT],
        sweep="DELETE FROM {table} WHERE digest IN"
        " (SELECT digest FROM {table} WHERE expires < {now} ORDER BY expires LIMIT :batch)",
    ),
    "mysql": _MYSQL,
    "mariadb": _MYSQL,
}
_PARAMETERS = (
    bindparam("digest", type_=LargeBinary),
    bindparam("seconds", type_=BigInteger),
    bindparam("batch", type_=BigInteger),
)


def statements_for(dialect: Dialect, table: Table) -> Statements:
    """Return those of a dialect; raises ValueError for one that is not known."""
    if dialect.name not in _DIALECTS:
        known = ", ".join(_DIALECTS)
        raise ValueError(f"engine: expected one of {known}, got {dialect.name}")
    sql = _DIALECTS[dialect.name]
    name = dialect.identifier_preparer.format_table(table).replace(":", r"\:")

    def statement(template: str) -> TextClause:
        written = template.format(table=name, now=sql.now)
        used = [each for each in _PARAMETERS if f":{each.key}" in written]
        return text(written).bindparams(*used)

    return Statements([statement(each) for each in sql.add], statement(sql.sweep))
