"""Queries of the world: those that matter most, the corners of what plans cover, and what they do not."""

from typing import Any

from schema.vocabulary.node import encode_node_id

ONE_SEGMENT = """query OneSegment($id: ID!) { segment(id: $id) {
    id name description status isActive siteCode validity { from to } mixins
    metadata { version createdAt modifiedAt } nameTranslations { language text }
} }"""
FILTERED_SEGMENTS = """query FilteredSegments($where: SegmentWhere, $first: Int = 50) {
    segments(where: $where, first: $first, orderBy: [{field: NAME, direction: DESC}]) {
        totalCount pageInfo { hasNextPage endCursor }
        nodes { id nodeId name(language: "de") description status isActive siteCode mixins
                metadata { version modifiedAt mixins } }
} }"""
SEGMENTS_WITH_CHILDREN = """query SegmentsWithChildren { segments(first: 20) { nodes {
    id name
    customerAssignments(first: 10) { nodes {
        assignmentType customer { id firstName lastName email } legalEntity { id name }
    } }
    itemAssignments(first: 10) { nodes { type item { id code name ... on Category { published } } } }
} } }"""
ITEMS_OF_A_CUSTOMER = """query ItemsOfACustomer($id: ID!) { customer(id: $id) { segments { nodes {
    id name itemAssignments(first: 60) { nodes { type item { __typename id code name } } }
} } } }"""
MATTERING: dict[str, dict[str, Any]] = {
    ONE_SEGMENT: {"id": "gold"},
    FILTERED_SEGMENTS: {"where": {"siteCode": {"eq": "main"}, "not": {"status": {"eq": "INACTIVE"}}}},
    SEGMENTS_WITH_CHILDREN: {},
    ITEMS_OF_A_CUSTOMER: {"id": "bob"},
}
TREES = """{ categoryTrees(customerId: "bob") {
    id parentId code name(language: "de") nameTranslations { language text } description
    slug ecn position published validity { from to } isSegmentAssigned
    subcategories { id parentId name validity { to } subcategories { id slugTranslations { language } } }
} }"""
CORNERS = [
    TREES,
    '{ categoryTrees(customerId: "bob") { __typename subcategories { __typename } } }',
    '{ categoryTrees(customerId: "nobody") { id } }',
    *(
        f"""{{ node(nodeId: "{encode_node_id(type_name, key)}") {{
            __typename nodeId
            ... on Segment {{ name status customerAssignments(first: 2) {{ nodes {{ customer {{ id }} }} }} }}
            ... on CustomerAssignment {{ assignmentType mixins customer {{ email }} segment {{ siteCode }} }}
            ... on Customer {{ firstName segments {{ totalCount }} }}
            ... on Item {{ id name }}
        }} }}"""
        for type_name, key in [
            ("Segment", ["gold"]),
            ("Segment", ["unknown"]),
            ("Segment", ["gold", "bob"]),
            ("CustomerAssignment", ["gold", "bob", ""]),
            ("Customer", ["bob"]),
            ("Product", ["drill"]),
            ("Change", ["1"]),
        ]
    ),
    '{ club: group(id: "club") { legalEntity { id } } firm: group(id: "firm") { legalEntity { name } } }',
    "{ __typename }",
    "{ kind: __typename segments { __typename } }",
    "{ segments { totalCount } }",
    "{ segments { count: totalCount again: totalCount } }",
    "{ segments { pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }",
    "{ segments { edges { cursor } } }",
    "{ segments(last: 2) { nodes { id } edges { cursor node { name } } } }",
    "{ segments(first: 3) { a: nodes { id } b: nodes { n: name id } } }",
    "{ segments { nodes { metadata { __typename at: createdAt createdAt } validity { __typename from } } } }",
    "{ segments { nodes { id @skip(if: true) } edges @include(if: false) { cursor } } }",
    "{ segments { nodes { id } } segments { nodes { name } totalCount nodes { id status } } }",
    '{ segment(id: "gold") { a: name b: name(language: "de") c: name(language: "xx") } }',
    '{ segment(id: "nowhere") { id customerAssignments { nodes { customer { id } } } } }',
    '{ gold: segment(id: "gold") { id } silver: segment(id: "silver") { id name } }',
    '{ segment(id: "empty") { customerAssignments { totalCount nodes { mixins } edges { cursor } } } }',
    '{ customer(id: "anna") { legalEntities { id } segments(first: 0) { nodes { id } totalCount } } }',
    "{ segments(where: {id: {in: []}}) { nodes { customerAssignments { nodes { customer { id } } } } } }",
    """{ customers(orderBy: [{field: LAST_NAME, direction: DESC}], where: {legalEntity: {
         mixin: {path: "company.country", eq: "DE"}
    }}) { totalCount edges { cursor node {
         id mixins legalEntities { name mixins } segments { totalCount }
    } } } }""",
    """{ bob: customer(id: "bob") { segments { nodes { id membership } } }
         bobs: segments(customerId: "bob") { nodes { membership customerAssignments { nodes {
           segment { membership } customer { segments { edges { node { id membership } } } }
         } } } }
         segment(id: "gold") { membership } segments { nodes { how: membership } } }""",
    "{ segments(first: 0) { totalCount pageInfo { hasNextPage startCursor } nodes { id } } }",
    """{ itemAssignments { nodes { item {
         ... on Node { nodeId } ... on Product { code } ... on Category { slug }
    } } } }""",
    """{ segments(orderBy: [{field: NAME, direction: DESC}]) { nodes {
         id customerAssignments(last: 2) { totalCount nodes { customer { id legalEntities { id } } } }
    } } }""",
    """{ segments { nodes { name
         products: itemAssignments(type: PRODUCT) { nodes { item { name } } }
         categories: itemAssignments(type: CATEGORY, first: 1) { totalCount nodes { item { code } } }
    } } }""",
    """{ segments { nodes { ...Named customerAssignments { ...Customers } } } }
       fragment Named on Segment { id ... on Node { nodeId } ...Texts }
       fragment Texts on Segment { name nameTranslations { text } }
       fragment Customers on CustomerAssignmentConnection { nodes { legalEntity { name } } totalCount }""",
    """{ segments { nodes { itemAssignments(type: CATEGORY) { nodes { segment {
         customerAssignments(first: 1) { nodes { customer { legalEntities { id nodeId } segments(last: 1) {
           edges { node { itemAssignments { edges { cursor node { item { id } } } } } }
       } } } } } } } } } }""",
]
_SEGMENTS = '{__typename: "Segment", id: "gold"}, {__typename: "Segment", id: "silver"}'
_OTHERS = '{__typename: "Product", id: "drill"}, {__typename: "Customer", id: "nobody"}'
CORNERS += [
    "{ _entities(representations: []) { __typename } }",
    f"{{ _entities(representations: [{_SEGMENTS}]) {{ ... on Segment {{ name }} }} }}",
    f"{{ _entities(representations: [{_OTHERS}, {_SEGMENTS}]) {{ __typename }} }}",
    f"""{{ a: _entities(representations: [{_SEGMENTS}, {_OTHERS}]) {{
            ... on Item {{ name }} ... on Node {{ nodeId }}
        }}
        b: _entities(representations: [{_SEGMENTS}, {_SEGMENTS}]) {{ ... on Segment {{
            membership customerAssignments(first: 2) {{ nodes {{ customer {{ legalEntities {{ name }} }} }} }}
        }} }} }}""",
]
UNPLANNED = [
    '{ segments(customerId: "bob") { nodes { membership again: membership } } }',
    f"{{ _entities(representations: [{_SEGMENTS}, {_OTHERS}]) {{ ... on Segment {{ name }} }} }}",
    "{ _service { sdl } }",
    "{ viewer { tenant } }",
    '{ viewAs(customerId: "anna") { segments { nodes { id } } } }',
    '{ matchItems(siteCode: "main", itemIds: ["drill"], segmentIds: ["gold"]) }',
    "{ __schema { queryType { name } } }",
    "{ segments { edges { a: node { id } b: node { id } } } }",
    "{ segments { nodes { customerAssignments { totalCount } again: customerAssignments { totalCount } } } }",
    """{ segments { nodes { customerAssignments { totalCount } }
                    edges { node { itemAssignments { totalCount } } } } }""",
]
FAILING = [
    '{ segment(id: "gold") { id } segments(after: "nonsense") { nodes { id } } }',
    '{ segments { nodes { name(language: "not a tag") } } }',
    '{ customer(id: "bob") { segments { nodes { customerAssignments(first: 1001) { totalCount } } } } }',
    '{ segment(id: "gold") { id } segments(customerId: "bob", first: -1) { nodes { id } } }',
    "query ($first: Int!) { segments(first: $first) { nodes { id } } }",
]
