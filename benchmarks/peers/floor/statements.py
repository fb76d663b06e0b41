"""One statement for each query of the workload, which gives the body of the answer as text."""

_TIME = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')"""


def _time(column: str) -> str:
    return _TIME.format(column)


def _german(column: str) -> str:
    return f"coalesce({column} ->> 'de', {column} ->> 'en')"


_SEGMENT = f"""json_build_object(
    'id', id, 'name', {_german("name")}, 'description', {_german("description")}, 'status', status,
    'siteCode', site_code, 'validity', json_build_object('from', {_time("valid_from")}, 'to', {_time("valid_to")}),
    'mixins', mixins, 'metadata', json_build_object('version', version, 'modifiedAt', {_time("modified_at")}))"""

_SEGMENT_DOCUMENT = f"""json_build_object(
    'id', id, 'name', name, 'description', description, 'status', status, 'siteCode', site_code,
    'validity', json_build_object('from', {_time("valid_from")}, 'to', {_time("valid_to")}), 'mixins', mixins,
    'metadata', json_build_object('version', version, 'createdAt', {_time("created_at")},
        'modifiedAt', {_time("modified_at")}, 'mixins', mixin_schemas))"""

_ITEM = f"""coalesce(
    (SELECT json_build_object('id', id, 'code', code, 'name', {_german("name")})
     FROM product WHERE tenant = $1 AND id = item_id AND type = 'PRODUCT'),
    (SELECT json_build_object('id', id, 'code', code, 'name', {_german("name")})
     FROM category WHERE tenant = $1 AND id = item_id AND type = 'CATEGORY'))"""

_CUSTOMERS = """(SELECT coalesce(json_agg(json_build_object(
    'assignmentType', assignment_type,
    'customer', (SELECT json_build_object('id', id, 'firstName', first_name, 'lastName', last_name, 'email', email)
        FROM customer WHERE tenant = $1 AND id = customer_id),
    'legalEntity', (SELECT json_build_object('id', id, 'name', name)
        FROM legal_entity WHERE tenant = $1 AND id = legal_entity_id)) ORDER BY customer_id, legal_entity_id), '[]')
    FROM (SELECT * FROM customer_assignment WHERE tenant = $1 AND segment_id = segment.id
        ORDER BY customer_id, legal_entity_id LIMIT 10) AS first_ten)"""

_ITEMS = f"""(SELECT coalesce(json_agg(json_build_object('type', type, 'item', {_ITEM}) ORDER BY type, item_id), '[]')
    FROM (SELECT * FROM item_assignment WHERE tenant = $1 AND segment_id = segment.id
        ORDER BY type, item_id LIMIT 10) AS first_ten)"""

_OWN_SEGMENTS = """SELECT * FROM segment WHERE tenant = $1 AND status = 'ACTIVE' AND id IN (
    SELECT segment_id FROM customer_assignment WHERE tenant = $1 AND customer_id = $2)"""

STATEMENTS = {
    "Q1": f"""SELECT json_build_object('data', json_build_object('segment', {_SEGMENT}))::text
        FROM segment WHERE tenant = $1 AND id = $2""",
    "Q2": f"""SELECT json_build_object('data', json_build_object('segments', json_build_object('nodes',
            coalesce(json_agg({_SEGMENT} ORDER BY id), '[]'))))::text
        FROM (SELECT * FROM segment WHERE tenant = $1 AND site_code = $2 AND status = 'ACTIVE'
            ORDER BY id LIMIT 50) AS segment""",
    "Q3": f"""SELECT json_build_object('data', json_build_object('segments', json_build_object('nodes',
            coalesce(json_agg(json_build_object('id', id, 'name', {_german("name")},
                'customerAssignments', json_build_object('nodes', {_CUSTOMERS}),
                'itemAssignments', json_build_object('nodes', {_ITEMS})) ORDER BY id), '[]'))))::text
        FROM (SELECT * FROM segment WHERE tenant = $1 AND site_code = $2 ORDER BY id LIMIT 20) AS segment""",
    "Q4": f"""SELECT json_build_object('data', json_build_object(
            'segments', json_build_object('nodes', (SELECT coalesce(json_agg(
                json_build_object('id', id, 'name', {_german("name")}, 'siteCode', site_code) ORDER BY id), '[]')
                FROM ({_OWN_SEGMENTS} ORDER BY id LIMIT 50) AS segment)),
            'itemAssignments', json_build_object('nodes', (SELECT coalesce(json_agg(
                json_build_object('segment', json_build_object('id', segment_id), 'type', type, 'item', {_ITEM})
                ORDER BY segment_id, type, item_id), '[]')
                FROM (SELECT * FROM item_assignment WHERE tenant = $1
                    AND segment_id IN (SELECT id FROM ({_OWN_SEGMENTS}) AS own)
                    ORDER BY segment_id, type, item_id LIMIT 60) AS item))))::text""",
    "R1": f"SELECT {_SEGMENT_DOCUMENT}::text FROM segment WHERE tenant = $1 AND id = $2",
    "R2": f"""SELECT coalesce(json_agg({_SEGMENT_DOCUMENT} ORDER BY id), '[]')::text
        FROM (SELECT * FROM segment WHERE tenant = $1 AND site_code = $2 AND status = 'ACTIVE'
            ORDER BY id LIMIT 50) AS segment""",
}
