import { GraphQLError } from 'graphql'
import { type After, type HelpRequest, listHelpRequests, settleHelpRequest } from '../admin/help-requests.ts'
import { access } from './access.ts'
import type { SecurityBuilder } from './builder.ts'
import { decodeId, encodeId } from './ids.ts'
import type { MutationParts } from './mutation-parts.ts'
import { sessionOf, typeOf } from './results.ts'

interface Page {
  readonly requests: readonly HelpRequest[]
  readonly more: boolean
}
const MOST = 100

/** What administrators see: people who have asked for help. */
export function defineAdminTypes(builder: SecurityBuilder) {
  const helpRequest = builder.objectRef<HelpRequest>('HelpRequest').implement({
    description: 'Somebody who cannot get in and has asked for help.',
    fields: (t) => ({
      id: t.id({
        description: 'For `settleHelpRequest`.',
        resolve: ({ id }) => encodeId('HelpRequest', id),
      }),
      username: t.exposeString('username', { description: 'The identifier they sign in with.' }),
      displayName: t.exposeString('displayName', { description: 'Their name.' }),
      gatesPassed: t.int({
        description:
          'How many methods they had proven. At 0 it may have been anybody: make sure of them first.',
        resolve: ({ proven }) => proven,
      }),
      clientAddress: t.exposeString('clientAddress', { description: 'Where the request came from.' }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When they asked.' }),
    }),
  })
  const edge = builder.objectRef<HelpRequest>('HelpRequestEdge').implement({
    description: 'A request in the list.',
    fields: (t) => ({
      cursor: t.string({ description: 'For `after`.', resolve: cursorOf }),
      node: t.field({ type: helpRequest, description: 'The request.', resolve: (parent) => parent }),
    }),
  })
  const pageInfo = builder
    .objectRef<{ readonly hasNextPage: boolean; readonly endCursor: string | null }>('PageInfo')
    .implement({
      description: 'Where a page of a list ends.',
      fields: (t) => ({
        hasNextPage: t.exposeBoolean('hasNextPage', { description: 'Whether there is more.' }),
        endCursor: t.exposeString('endCursor', {
          nullable: true,
          description: 'For `after`; null where the page is empty.',
        }),
      }),
    })
  const connection = builder.objectRef<Page>('HelpRequestConnection').implement({
    description: 'Requests for help, oldest first.',
    fields: (t) => ({
      edges: t.field({
        type: [edge],
        description: 'This page of them.',
        resolve: ({ requests }) => [...requests],
      }),
      pageInfo: t.field({
        type: pageInfo,
        description: 'Where it ends.',
        resolve: ({ requests, more }) => {
          const last = requests.at(-1)
          return { hasNextPage: more, endCursor: last ? cursorOf(last) : null }
        },
      }),
    }),
  })
  const admin = builder.objectRef<object>('Admin').implement({
    description: 'What administrators see. Every field needs a full session of an administrator.',
    fields: (t) => ({
      helpRequests: t.field({
        type: connection,
        description: 'People who have asked for help and whom nobody has looked after yet.',
        extensions: access('administrator'),
        args: {
          first: t.arg.int({
            required: true,
            defaultValue: 20,
            description: `How many, 1 to ${MOST}.`,
          }),
          after: t.arg.string({ description: 'The `cursor` after which to go on.' }),
        },
        resolve: async (_parent, { first, after }, context) => {
          if (first < 1 || first > MOST) throw badInput(`\`first\` is ${first}; expected 1 to ${MOST}.`)
          const found = await listHelpRequests(context, { first, after: readCursor(after ?? null) })
          return { requests: found.slice(0, first), more: found.length > first }
        },
      }),
    }),
  })
  builder.queryField('admin', (t) =>
    t.field({
      type: admin,
      description: 'What administrators see.',
      extensions: access('administrator'),
      resolve: () => ({}),
    }),
  )
}

/** What administrators do with the queue. */
export function defineAdminMutations({ builder, errors }: MutationParts) {
  const input = builder.inputType('SettleHelpRequestInput', {
    description: 'Which request.',
    fields: (t) => ({ requestId: t.id({ required: true, description: 'From `admin.helpRequests`.' }) }),
  })
  const payload = builder.objectRef<{ readonly type: string }>('SettleHelpRequestPayload').implement({
    description: 'The request is out of the queue.',
    fields: (t) => ({
      settled: t.boolean({ description: 'Always true.', resolve: () => true }),
    }),
  })
  const result = builder.unionType('SettleHelpRequestResult', {
    description: 'What `settleHelpRequest` gives.',
    types: [payload, errors.notFound],
    resolveType: typeOf,
  })
  builder.mutationField('settleHelpRequest', (t) =>
    t.field({
      type: result,
      description:
        'Takes a request for help out of the queue: somebody has looked after it. Does nothing to the account.',
      extensions: access('administrator'),
      args: { input: t.arg({ type: input, required: true, description: 'Which request.' }) },
      resolve: async (_root, args, context) => {
        const id = decodeId('HelpRequest', args.input.requestId)
        return (await settleHelpRequest(context, await sessionOf(context), id))
          ? { type: 'SettleHelpRequestPayload' }
          : { type: 'NotFound' as const, code: 'admin.noSuchRequest' }
      },
    }),
  )
}

/** The end of the year 9999, in milliseconds. */
const LATEST = 253_402_300_799_999

const badInput = (message: string) => new GraphQLError(message, { extensions: { code: 'BAD_USER_INPUT' } })

function cursorOf({ createdAt, id }: HelpRequest): string {
  return Buffer.from(`${createdAt.getTime()}:${id}`, 'utf8').toString('base64url')
}

function readCursor(cursor: string | null): After | null {
  if (cursor === null) return null
  const [time, id] = Buffer.from(cursor, 'base64url').toString('utf8').split(':')
  const isTime = /^[0-9]{1,15}$/.test(time ?? '') && Number(time) <= LATEST
  if (!isTime || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id ?? '')) {
    throw badInput('`after` is no cursor of this list; take it from `edges.cursor`.')
  }
  return { createdAt: new Date(Number(time)), id: id ?? '' }
}
