"""Tables whose rows a server cannot take because it was built without libxml: those with XML in a column."""

import psycopg2

from caretaker.archive.connection import Session
from caretaker.archive.restoring.spread import Name
from caretaker.archive.restoring.types_in_tables import tables_holding
from caretaker.archive.sessions import rows


def tables_with_xml(session: Session) -> frozenset[Name]:
    """Return the tables of a database that have XML in a column, none where the server can have it.

    Raises ``psycopg2.Error``.
    """
    try:
        rows(session, "select '<a/>'::xml")
    except psycopg2.errors.FeatureNotSupported:
        return tables_holding(session, "select 'xml'::regtype::oid")
    return frozenset()
