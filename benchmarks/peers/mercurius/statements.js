// Every statement, named, so that `pg` prepares it once for each connection.
// Children come by LATERAL: the first N of each parent, read from the index, in one statement.

const SEGMENT = `segment.id, segment.name, segment.description, segment.status, segment.site_code AS "siteCode",
  segment.valid_from AS "from", segment.valid_to AS "to", segment.mixins, segment.version::int AS version,
  segment.created_at AS "createdAt", segment.modified_at AS "modifiedAt"`;

export const statements = {
  segments: `SELECT ${SEGMENT} FROM segment WHERE tenant = $1 AND id = ANY($2::text[])`,

  segmentsOnSite: `SELECT ${SEGMENT} FROM segment
    WHERE tenant = $1 AND site_code = $2 ORDER BY id LIMIT $3`,

  segmentsOnSiteWithStatus: `SELECT ${SEGMENT} FROM segment
    WHERE tenant = $1 AND site_code = $2 AND status = $3 ORDER BY id LIMIT $4`,

  segmentsOfCustomer: `SELECT ${SEGMENT} FROM segment
    WHERE tenant = $1 AND status = 'ACTIVE' AND id IN (
      SELECT segment_id FROM customer_assignment WHERE tenant = $1 AND customer_id = $2
    ) ORDER BY id LIMIT $3`,

  itemsOfCustomer: `SELECT item_assignment.segment_id AS "segmentId", item_assignment.type,
      item_assignment.item_id AS "itemId"
    FROM item_assignment
    WHERE tenant = $1 AND segment_id IN (
      SELECT segment.id FROM segment
      JOIN customer_assignment
        ON customer_assignment.tenant = $1 AND customer_assignment.segment_id = segment.id
      WHERE segment.tenant = $1 AND status = 'ACTIVE' AND customer_id = $2
    )
    ORDER BY segment_id, type, item_id LIMIT $3`,

  customerAssignments: `SELECT parent.id AS parent, child.* FROM unnest($2::text[]) AS parent(id),
    LATERAL (
      SELECT assignment_type AS "assignmentType", customer_id AS "customerId", legal_entity_id AS "legalEntityId"
      FROM customer_assignment WHERE tenant = $1 AND segment_id = parent.id
      ORDER BY customer_id, legal_entity_id LIMIT $3
    ) AS child`,

  itemAssignments: `SELECT parent.id AS parent, child.* FROM unnest($2::text[]) AS parent(id),
    LATERAL (
      SELECT segment_id AS "segmentId", type, item_id AS "itemId"
      FROM item_assignment WHERE tenant = $1 AND segment_id = parent.id
      ORDER BY type, item_id LIMIT $3
    ) AS child`,

  customers: `SELECT id, first_name AS "firstName", last_name AS "lastName", email
    FROM customer WHERE tenant = $1 AND id = ANY($2::text[])`,
  legalEntities: `SELECT id, name FROM legal_entity WHERE tenant = $1 AND id = ANY($2::text[])`,
  products: `SELECT id, code, name FROM product WHERE tenant = $1 AND id = ANY($2::text[])`,
  categories: `SELECT id, code, name FROM category WHERE tenant = $1 AND id = ANY($2::text[])`,
};
