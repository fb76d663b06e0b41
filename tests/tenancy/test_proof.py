"""The proof accepts what is bound to one tenant, and finds what is not."""

import pytest

from tests.tenancy.observer import Observer
from tests.tenancy.proof import prove

BOUND = [
    "SELECT id FROM segment WHERE segment.tenant = $1",
    'SELECT id FROM segment AS s WHERE s.tenant = $1::VARCHAR COLLATE "C" AND (s.id = $2 OR s.status = $3)',
    (
        "SELECT 1 FROM item_assignment i JOIN product p ON p.tenant = i.tenant AND p.id = i.item_id "
        "WHERE i.tenant = $1"
    ),
    (
        "SELECT 1 FROM item_assignment i LEFT JOIN product p ON p.tenant = i.tenant AND p.id = i.item_id "
        "WHERE i.tenant = $1"
    ),
    (
        "SELECT 1 FROM segment s WHERE s.tenant = $1 AND EXISTS "
        "(SELECT 1 FROM customer_assignment c WHERE c.tenant = s.tenant AND c.segment_id = s.id)"
    ),
    (
        "SELECT child.id FROM unnest($1::TEXT[]) AS keys(key) JOIN LATERAL "
        "(SELECT id FROM segment WHERE segment.tenant = $2 AND id = keys.key LIMIT 1) AS child ON true"
    ),
    (
        "WITH RECURSIVE up AS (SELECT category.tenant, id FROM category WHERE category.tenant = $1 UNION "
        "SELECT c.tenant, c.id FROM category c JOIN up ON c.tenant = up.tenant) SELECT * FROM up"
    ),
    "SELECT id FROM segment WHERE false",
    "INSERT INTO segment (id, tenant) VALUES ($2, $1), ($3, $1)",
    "INSERT INTO segment (id, tenant) SELECT keys.key, $1 AS anon FROM unnest($2::TEXT[]) AS keys(key)",
    (
        "WITH head AS (INSERT INTO change_head (tenant, seq) VALUES ($1, $2) ON CONFLICT (tenant) DO UPDATE "
        "SET seq = change_head.seq + excluded.seq RETURNING change_head.seq) "
        "INSERT INTO change (tenant, seq) SELECT $1 AS one, head.seq FROM head JOIN unnest($3::INT[]) ON true"
    ),
    (
        "INSERT INTO segment (tenant, id) SELECT $1, c.id FROM category AS c WHERE c.tenant = $1 "
        "UNION ALL SELECT $1, p.id FROM product AS p WHERE p.tenant = $1"
    ),
    "COPY segment (tenant, id) FROM STDIN",
    "UPDATE segment SET status = $2 WHERE segment.tenant = $1",
    (
        "DELETE FROM segment WHERE segment.tenant = $1 AND segment.id IN "
        "(SELECT segment_id FROM item_assignment WHERE item_assignment.tenant = $1)"
    ),
]
UNBOUND = [
    ("SELECT id FROM segment", ("segment",)),
    ("SELECT id FROM segment WHERE segment.id = $1", ("segment",)),
    ("SELECT id FROM segment WHERE segment.tenant = $1 OR segment.status = $2", ("segment",)),
    ("SELECT id FROM segment WHERE NOT segment.tenant = $1", ("segment",)),
    ("SELECT id FROM segment WHERE segment.tenant <> $1", ("segment",)),
    ("SELECT id FROM segment WHERE segment.tenant = segment.id", ("segment",)),
    ("SELECT 1 FROM item_assignment i JOIN product p ON p.id = i.item_id WHERE i.tenant = $1", ("product",)),
    ("SELECT 1 FROM item_assignment i JOIN product p ON p.tenant = i.tenant", ("item_assignment", "product")),
    ("SELECT 1 FROM product p LEFT JOIN segment s ON p.tenant = $1 AND s.tenant = $1", ("product",)),
    (
        "SELECT 1 FROM product p LEFT JOIN segment s ON p.tenant = s.tenant WHERE s.id = $1",
        ("product", "segment"),
    ),
    ("SELECT 1 FROM segment s WHERE s.tenant = $1 AND EXISTS (SELECT 1 FROM product)", ("product",)),
    ("SELECT (SELECT count(*) FROM product) FROM segment WHERE segment.tenant = $1", ("product",)),
    (
        "SELECT 1 FROM segment s WHERE s.id IN (SELECT id FROM segment WHERE segment.tenant = $1)",
        ("segment",),
    ),
    ("SELECT id FROM segment WHERE segment.tenant = $1 UNION SELECT id FROM segment", ("segment",)),
    ("WITH up AS (SELECT id FROM category) SELECT * FROM up", ("category",)),
    ("INSERT INTO segment (id) VALUES ($1)", ("segment",)),
    ("COPY segment (id) FROM STDIN", ("segment",)),
    ("INSERT INTO segment (tenant, id) VALUES ('shop', $1)", ("segment",)),
    (
        "INSERT INTO segment (tenant, id) SELECT $1, id FROM category UNION ALL SELECT $2, id FROM product",
        ("category", "product"),
    ),
    (
        "INSERT INTO segment (tenant, id) SELECT tenant, id FROM category c WHERE c.tenant = $1",
        ("segment",),
    ),
    ("INSERT INTO change (tenant, seq) SELECT $1, seq FROM change_head", ("change_head",)),
    (
        "WITH h AS (INSERT INTO change_head (seq) VALUES ($2) RETURNING seq) SELECT h.seq FROM h",
        ("change_head",),
    ),
    ("UPDATE segment SET status = $1", ("segment",)),
    ("DELETE FROM segment WHERE segment.id = $1", ("segment",)),
]


@pytest.mark.parametrize("sql", BOUND)
def test_what_is_bound_is_accepted(sql: str) -> None:
    assert prove(sql, "postgresql").unbound == ()


@pytest.mark.parametrize(("sql", "tables"), UNBOUND)
def test_what_is_not_bound_is_found(sql: str, tables: tuple[str, ...]) -> None:
    assert prove(sql, "postgresql").unbound == tables


def test_the_arguments_of_a_run_name_its_tenants() -> None:
    sql = "SELECT 1 FROM segment AS s, product AS p WHERE s.id = ? AND s.tenant = ? AND p.tenant = ?"
    assert prove(sql, "sqlite").tenants(["gold", "shop", "other"]) == {"shop", "other"}


def test_a_key_in_a_json_list_names_its_tenant() -> None:
    sql = (
        "SELECT 1 FROM segment JOIN (SELECT json_extract(k.value, ?) AS tenant FROM json_each(?) AS k) "
        "AS keys ON segment.tenant = keys.tenant"
    )
    proof = prove(sql, "sqlite")
    assert proof.unbound == ()
    assert proof.tenants(["$[0]", '[["shop", "gold"], ["other", "gold"]]']) == {"shop", "other"}


@pytest.mark.parametrize(
    ("arguments", "faults"), [(["shop", "shop"], 0), (["shop", "other"], 1), (["shop", None], 1)]
)
def test_a_run_for_several_tenants_is_a_fault(arguments: list[str], faults: int) -> None:
    observer = Observer()
    sql = "SELECT 1 FROM segment AS s, product AS p WHERE s.tenant = ? AND p.tenant = ?"
    observer.look("sqlite", sql, [arguments])
    assert (observer.statements, len(observer.faults)) == (1, faults)
