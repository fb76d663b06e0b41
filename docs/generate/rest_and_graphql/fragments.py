"""What REST answers as whole documents, as GraphQL fragments with the same members."""

from typing import Final

SEGMENT: Final = """\
fragment SegmentFields on Segment {
  id
  name
  nameTranslations { language text }
  description
  descriptionTranslations { language text }
  status
  siteCode
  validity { from to }
  mixins
  metadata { ...MetadataFields }
}"""

CUSTOMER_ASSIGNMENT: Final = """\
fragment CustomerAssignmentFields on CustomerAssignment {
  customer { id firstName lastName email }
  legalEntity { id name }
  assignmentType
  mixins
  metadata { ...MetadataFields }
}"""

ITEM_ASSIGNMENT: Final = """\
fragment ItemAssignmentFields on ItemAssignment {
  segment { id }
  type
  item { id code name nameTranslations { language text } }
  mixins
  metadata { ...MetadataFields }
}"""

GROUP_ASSIGNMENT: Final = """\
fragment GroupAssignmentFields on GroupAssignment {
  segment { id }
  group { id name nameTranslations { language text } }
  mixins
  metadata { ...MetadataFields }
}"""

CATEGORY_TREE: Final = """\
fragment CategoryTreeFields on CategoryTree {
  id
  parentId
  code
  name
  nameTranslations { language text }
  description
  descriptionTranslations { language text }
  slug
  slugTranslations { language text }
  ecn
  validity { from to }
  position
  published
  isSegmentAssigned
}"""

METADATA: Final = """\
fragment MetadataFields on Metadata {
  version
  createdAt
  modifiedAt
  mixins
}"""

FAILURE: Final = """\
fragment Failure on UserError {
  code
  path
  message
}"""

FRAGMENTS: Final = {
    "SegmentFields": SEGMENT,
    "CustomerAssignmentFields": CUSTOMER_ASSIGNMENT,
    "ItemAssignmentFields": ITEM_ASSIGNMENT,
    "GroupAssignmentFields": GROUP_ASSIGNMENT,
    "CategoryTreeFields": CATEGORY_TREE,
    "MetadataFields": METADATA,
    "Failure": FAILURE,
}
