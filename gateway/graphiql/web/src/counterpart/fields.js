// The REST request of a field of GraphQL, by its path: what its arguments become.
//
// A function gets the field's arguments, those of the segment around it, and the fields selected below, each
// with its arguments. It throws NotInRest where REST has no words for an argument.
import { assignmentBody, patchBody, ruleBody, segmentBody, told, toldDeeply } from './bodies.js'

export class NotInRest extends Error {}

const PREFIX = 'customer-segment'
const PAGE = 20 // of GraphQL, where `first` is left out

function request(method, name, path, { query = {}, body, counts = false } = {}) {
  return { id: `${method}-${PREFIX}-${name}`, path: told(path), query: told(query), body, counts }
}

function refuse(args, names) {
  for (const name of names) {
    const value = args[name]
    if (value !== undefined && value !== null) throw new NotInRest(`REST has no counterpart of \`${name}\` here.`)
  }
}

/** The page of a list. Cursors of the two APIs differ, so only a first page has a counterpart. */
function list(name, path, args, query, below) {
  refuse(args, ['where', 'after', 'before', 'last'])
  const page = { q: args.q, orderBy: args.orderBy, pageSize: args.first ?? PAGE }
  return request('GET', name, path, { query: { ...query, ...page }, counts: 'totalCount' in below })
}

/** The values of `{name: {eq: value}}` for each name, or null where the filter says anything else. */
function exactly(where, names) {
  const filter = toldDeeply(where ?? {})
  const isExact = ([name, test]) => names.includes(name) && Object.keys(test).join() === 'eq'
  if (!Object.entries(filter).every(isExact)) return null
  return Object.fromEntries(Object.entries(filter).map(([name, { eq }]) => [name, eq]))
}

function customers(args, { id: segmentId }, below) {
  const { customerId, legalEntityId, ...others } = toldDeeply(args.where ?? {})
  const company = legalEntityId?.isNull === true ? {} : exactly({ legalEntityId }, ['legalEntityId'])
  const isOne = customerId?.eq !== undefined && legalEntityId && company && Object.keys(others).length === 0
  if (!isOne) return list('retrieve-customers', { segmentId }, args, {}, below)
  return customerRequest('GET', 'retrieve', segmentId, { customerId: customerId.eq, ...company })
}

function customerRequest(method, verb, segmentId, { customerId, legalEntityId }, body) {
  const name = legalEntityId ? `${verb}-customer` : `${verb}-customer-by-customerId`
  return request(method, name, { segmentId, customerId, legalEntityId }, { body })
}

function items(args, _segment, below) {
  const { legalEntityId, siteCode, onlyActive } = args
  const { segmentId, type, itemId } = exactly(args.where, ['segmentId', 'type', 'itemId']) ?? {}
  if (segmentId === undefined) {
    const query = { siteCode, onlyActive: onlyActive || undefined, legalEntityId }
    return list('retrieve-segments-items', {}, args, query, below)
  }
  refuse({ siteCode, onlyActive: onlyActive || null }, ['siteCode', 'onlyActive'])
  if (type && itemId) return request('GET', 'retrieve-item', { segmentId, type, itemId }, { query: { legalEntityId } })
  refuse({ where: type ?? itemId }, ['where'])
  return list('retrieve-segment-items', { segmentId }, { ...args, where: null }, { legalEntityId }, below)
}

function segmentItems(args, { id: segmentId }, below) {
  const { type, q } = args
  if (type && q) refuse(args, ['type'])
  return list('retrieve-segment-items', { segmentId }, { ...args, q: type ? `type:${type}` : q }, {}, below)
}

function groups(args, { id: segmentId }, below) {
  const groupId = args.where && exactly(args.where, ['groupId'])?.groupId
  if (groupId) return request('GET', 'retrieve-group', { segmentId, groupId })
  return list('retrieve-groups', { segmentId }, args, {}, below)
}

/** Reads, by path. */
const QUERIES = {
  segments: (args, _segment, below) =>
    list('retrieve-segments', {}, args, { customerId: args.customerId, legalEntityId: args.legalEntityId }, below),
  segment: ({ id }) => request('GET', 'retrieve-segment', { segmentId: id }),
  'segment.customerAssignments': customers,
  'segment.itemAssignments': segmentItems,
  'segment.groupAssignments': groups,
  'segment.rule': (_args, { id }) => request('GET', 'retrieve-rule', { segmentId: id }),
  'viewer.segments'(args, _viewer, below) {
    refuse(args, ['at', 'legalEntityId'])
    return list('retrieve-own-segments', {}, args, {}, below)
  },
  itemAssignments: items,
  categoryTrees(args) {
    refuse(args, ['customerId'])
    const { siteCode, legalEntityId } = args
    return request('GET', 'retrieve-category-trees', {}, { query: { siteCode, legalEntityId } })
  },
  matchItems({ siteCode: site, itemIds, segmentIds }) {
    const body = { site, items: itemIds.map((id) => ({ id })), segmentIds }
    return request('POST', 'check-match', {}, { body })
  },
  changes(args) {
    refuse(args, ['types'])
    const { after, first: limit, segmentIds, customerId, waitSeconds } = args
    const query = { after, limit, segmentIds: segmentIds?.join(), customerId, waitSeconds: waitSeconds || undefined }
    return request('GET', 'changes', {}, { query })
  },
  segmentRulePreview({ segmentId, rule, at }, _segment, { joining, leaving, forecast }) {
    const limit = joining?.first ?? leaving?.first
    const query = { at, limit, forecastDays: forecast?.days }
    const cursors = { joiningAfter: joining?.after, leavingAfter: leaving?.after }
    return request('POST', 'preview-rule', { segmentId }, { query: { ...query, ...cursors }, body: ruleBody(rule) })
  },
}

const forced = (forceDelete) => ({ forceDelete: forceDelete || undefined })

/** Writes, by name. */
const MUTATIONS = {
  segmentCreate: ({ input }) => request('POST', 'create-segment', {}, { body: segmentBody(input) }),
  segmentUpsert: ({ id, input, expectedVersion }) =>
    request('PUT', 'update-segment', { segmentId: id }, { body: segmentBody(input, expectedVersion) }),
  segmentPatch({ id, operations, expectedVersion }) {
    refuse({ expectedVersion }, ['expectedVersion'])
    const foreign = operations.find(({ op }) => !['ADD', 'REMOVE', 'REPLACE'].includes(op))
    if (foreign) throw new NotInRest(`REST has no counterpart of the operation ${foreign.op}.`)
    return request('PATCH', 'update-segment', { segmentId: id }, { body: patchBody(operations) })
  },
  segmentDelete: ({ id, forceDelete }) =>
    request('DELETE', 'remove-segment', { segmentId: id }, { query: forced(forceDelete) }),
  segmentsCreate: ({ inputs }) =>
    request('POST', 'create-segments-bulk', {}, { body: inputs.map((input) => segmentBody(input)) }),
  segmentsUpsert: ({ inputs }) =>
    request('PUT', 'update-segments-bulk', {}, { body: inputs.map((input) => segmentBody(input)) }),
  segmentsDelete: ({ ids, forceDelete }) =>
    request('DELETE', 'remove-segments-bulk', {}, { query: forced(forceDelete), body: ids }),
  segmentCustomersAssign({ segmentId, customers }) {
    if (customers.length === 1) {
      return customerRequest('PUT', 'update', segmentId, customers[0], assignmentBody(customers[0]))
    }
    const each = ({ customerId, legalEntityId, ...content }) =>
      assignmentBody(content, { customerId, legalEntityId })
    return request('PUT', 'update-customers-bulk', { segmentId }, { body: customers.map(each) })
  },
  segmentCustomersRemove({ segmentId, customers }) {
    if (customers.length === 1) return customerRequest('DELETE', 'remove', segmentId, customers[0])
    return request('DELETE', 'remove-customers-bulk', { segmentId }, { body: customers.map(told) })
  },
  segmentItemsAssign({ segmentId, type, items }) {
    if (items.length === 1) {
      const [{ itemId, ...content }] = items
      return request('PUT', 'update-item', { segmentId, type, itemId }, { body: assignmentBody(content) })
    }
    const body = items.map(({ itemId: id, ...content }) => assignmentBody(content, { id }))
    return request('PUT', 'update-items-bulk', { segmentId, type }, { body })
  },
  segmentItemsRemove({ segmentId, type, itemIds }) {
    if (itemIds.length === 1) return request('DELETE', 'remove-item', { segmentId, type, itemId: itemIds[0] })
    return request('DELETE', 'remove-items-bulk', { segmentId, type }, { body: itemIds })
  },
  segmentGroupsAssign({ segmentId, groups: [group, ...others] }) {
    if (!group || others.length > 0) throw new NotInRest('REST assigns one group at a time.')
    return request('PUT', 'update-group', { segmentId, groupId: group.groupId }, { body: assignmentBody(group) })
  },
  segmentGroupsRemove({ segmentId, groupIds: [groupId, ...others] }) {
    if (!groupId || others.length > 0) throw new NotInRest('REST removes one group at a time.')
    return request('DELETE', 'remove-group', { segmentId, groupId })
  },
  segmentRuleSet: ({ segmentId, rule, mostJoins, mostLeaves }) =>
    request('PUT', 'update-rule', { segmentId }, { query: { mostJoins, mostLeaves }, body: ruleBody(rule) }),
  segmentRulePause: ({ segmentId }) => request('POST', 'pause-rule', { segmentId }),
  segmentRuleRemove: ({ segmentId, keepMembers }) =>
    request('DELETE', 'remove-rule', { segmentId }, { query: { keepMembers: keepMembers || undefined } }),
  segmentCustomersRelease: ({ segmentId, customers }) =>
    request('POST', 'release-customers', { segmentId }, { body: customers.map(told) }),
}

export const FIELDS = { query: QUERIES, mutation: MUTATIONS }
