"""The four GraphQL queries, as the gateway and the peers with its schema are asked, and as PostGraphile is.

The tenant, and in Q4 the customer, come from the token or from headers; PostGraphile, which has
neither, gets them as variables.
"""

from typing import Final, Literal, TypeAlias

Dialect: TypeAlias = Literal["gateway", "postgraphile"]

GATEWAY: Final = {
    "Q1": """
query Q1($id: ID!) {
  segment(id: $id) {
    id name(language: "de") description(language: "de") status siteCode
    validity { from to } mixins metadata { version modifiedAt }
  }
}""",
    "Q2": """
query Q2($site: String!) {
  segments(where: {siteCode: {eq: $site}, status: {eq: ACTIVE}}, first: 50) {
    nodes {
      id name(language: "de") description(language: "de") status siteCode
      validity { from to } mixins metadata { version modifiedAt }
    }
  }
}""",
    "Q3": """
query Q3($site: String!) {
  segments(where: {siteCode: {eq: $site}}, first: 20) {
    nodes {
      id
      name(language: "de")
      customerAssignments(first: 10) {
        nodes { assignmentType customer { id firstName lastName email } legalEntity { id name } }
      }
      itemAssignments(first: 10) { nodes { type item { id code name(language: "de") } } }
    }
  }
}""",
    "Q4": """
query Q4 {
  segments(first: 50) { nodes { id name(language: "de") siteCode } }
  itemAssignments(first: 60) { nodes { segment { id } type item { id code name(language: "de") } } }
}""",
}

POSTGRAPHILE: Final = {
    "Q1": """
query Q1($tenant: String!, $id: String!) {
  segment: segmentByTenantAndRowId(tenant: $tenant, rowId: $id) {
    rowId localName(language: "de") localDescription(language: "de") status siteCode
    validFrom validTo mixins version modifiedAt
  }
}""",
    "Q2": """
query Q2($tenant: String!, $site: String!) {
  segments: allSegments(
    condition: {tenant: $tenant, siteCode: $site, status: "ACTIVE"}, first: 50, orderBy: PRIMARY_KEY_ASC
  ) {
    nodes {
      rowId localName(language: "de") localDescription(language: "de") status siteCode
      validFrom validTo mixins version modifiedAt
    }
  }
}""",
    "Q3": """
query Q3($tenant: String!, $site: String!) {
  segments: allSegments(condition: {tenant: $tenant, siteCode: $site}, first: 20, orderBy: PRIMARY_KEY_ASC) {
    nodes {
      rowId
      localName(language: "de")
      customerAssignments(first: 10, orderBy: PRIMARY_KEY_ASC) {
        nodes { assignmentType customer { rowId firstName lastName email } legalEntity { rowId name } }
      }
      itemAssignments(first: 10, orderBy: PRIMARY_KEY_ASC) {
        nodes {
          type
          product { rowId code localName(language: "de") }
          category { rowId code localName(language: "de") }
        }
      }
    }
  }
}""",
    "Q4": """
query Q4($tenant: String!, $customer: String!) {
  segments: benchmarkSegmentsOfCustomer(ofTenant: $tenant, ofCustomer: $customer, first: 50) {
    nodes { rowId localName(language: "de") siteCode }
  }
  itemAssignments: benchmarkItemsOfCustomer(ofTenant: $tenant, ofCustomer: $customer, first: 60) {
    nodes {
      segmentId
      type
      product { rowId code localName(language: "de") }
      category { rowId code localName(language: "de") }
    }
  }
}""",
}


def document(dialect: Dialect, query: str) -> str:
    """The text of Q1, Q2, Q3 or Q4 as a server with this dialect wants it."""
    return (GATEWAY if dialect == "gateway" else POSTGRAPHILE)[query].strip()
