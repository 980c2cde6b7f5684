"""What every table keeps to."""

from nti_lms.database import Base


def test_no_relationship_loads_by_surprise() -> None:
    lazies = {
        str(link): link.lazy for mapper in Base.registry.mappers for link in mapper.relationships
    }

    assert lazies
    assert {name: lazy for name, lazy in lazies.items() if lazy != "raise_on_sql"} == {}


def test_every_foreign_key_says_what_becomes_of_the_child() -> None:
    told = {
        f"{key.parent}": (key.ondelete, key.parent.nullable)
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
    }

    assert {ondelete for ondelete, _ in told.values()} == {"CASCADE", "SET NULL"}
    cut = [name for name, (what, nullable) in told.items() if what == "SET NULL" and not nullable]
    assert cut == []


def test_foreign_keys_point_up_the_list() -> None:
    """A table's file refers only to files above it, so that a reader can go from top to bottom."""
    homes = {mapper.local_table: mapper.class_.__module__ for mapper in Base.registry.mappers}
    links = {
        (homes[table], homes[key.column.table])
        for table in Base.metadata.tables.values()
        for key in table.foreign_keys
        if homes[table] != homes[key.column.table]
    }

    assert links
    assert {(one, other) for one, other in links if (other, one) in links} == set()


def test_every_constraint_has_a_name() -> None:
    nameless = [
        f"{table}: {constraint}"
        for table in Base.metadata.tables.values()
        for constraint in table.constraints
        if constraint.name is None
    ]

    assert nameless == []


def test_no_text_column_has_a_length() -> None:
    """A limit is a named check, which both databases keep; SQLite ignores lengths."""
    limited = [
        str(column)
        for table in Base.metadata.tables.values()
        for column in table.columns
        if getattr(column.type, "length", None) is not None
    ]

    assert limited == []
