import type { RequestContext } from '../context.ts'
import type { MethodKind } from '../contract/kind.ts'
import type { Host } from '../host.ts'
import { readFlow } from '../lifecycle/flow.ts'
import { listSessions } from '../session/end.ts'
import type { ActiveSession } from '../session/load.ts'
import { access, authorise } from './access.ts'
import type { BaseTypes } from './base-types.ts'
import type { SecurityBuilder } from './builder.ts'
import { describeMethods } from './describe.ts'
import { decodeNode, encodeId } from './ids.ts'
import { sessionOf } from './results.ts'
import type { SessionTypes } from './session-types.ts'

/** Queries: the gateway, the person who asks, and anything of theirs by its id. */
export function defineQueries(builder: SecurityBuilder, host: Host, base: BaseTypes, sessions: SessionTypes) {
  const kindInfo = builder.objectRef<MethodKind>('MethodKindInfo').implement({
    description: 'A kind of method this gateway knows.',
    fields: (t) => ({
      kind: t.exposeString('id', { description: 'Its name in inputs.' }),
      title: t.string({
        description: 'Its name for people.',
        resolve: (parent, _args, { request }) => host.texts.of(parent.id, 'title', request.locales),
      }),
      description: t.string({
        description: 'What it is, in a sentence.',
        resolve: (parent, _args, { request }) => host.texts.of(parent.id, 'description', request.locales),
      }),
      ways: t.field({
        type: ['String'],
        description: 'The ways in which it can prove.',
        resolve: (parent) => parent.method.ways.map((way) => way.id),
      }),
      limit: t.int({
        description: 'How many of them a person may have.',
        resolve: (parent) => parent.method.limits.methods,
      }),
    }),
  })
  const gateway = builder.objectRef<Host>('Gateway').implement({
    description: 'This gateway.',
    fields: (t) => ({
      name: t.exposeString('organisation', { description: 'The organisation it works for.' }),
      version: t.exposeString('version', { description: 'The version of its software.' }),
      methodKinds: t.field({
        type: [kindInfo],
        description: 'The kinds of methods it knows.',
        resolve: (parent) => [...parent.kinds.values()],
      }),
    }),
  })
  const viewer = builder.objectRef<ActiveSession>('Viewer').implement({
    description: 'The person who asks.',
    interfaces: [base.node],
    fields: (t) => ({
      id: t.id({
        description: 'Global and opaque.',
        extensions: access('session'),
        resolve: (parent) => encodeId('Viewer', parent.account.userId),
      }),
      username: t.string({
        description: 'The identifier they sign in with.',
        extensions: access('session'),
        resolve: (parent) => parent.account.identifier,
      }),
      displayName: t.string({
        description: 'Their name.',
        extensions: access('session'),
        resolve: (parent) => parent.account.displayName,
      }),
      session: t.field({
        type: sessions.session,
        description: 'The session that sent this request: its state, and what it is asked for.',
        extensions: access('session'),
        resolve: (parent) => parent,
      }),
      sessions: t.field({
        type: [sessions.summary],
        description: 'All live sessions, newest first, 100 at most.',
        extensions: access('active'),
        resolve: async (_parent, _args, context) => [
          ...(await listSessions(context, await sessionOf(context))),
        ],
      }),
      securityInfo: t.field({
        type: sessions.securityInfo,
        description: 'What protects the account.',
        extensions: access('register'),
        resolve: (parent) => parent,
      }),
    }),
  })
  builder.queryType({
    description: 'Reading.',
    fields: (t) => ({
      gateway: t.field({
        type: gateway,
        description: 'This gateway: its name and what it can do. Needs no session.',
        extensions: access('public'),
        resolve: () => host,
      }),
      viewer: t.field({
        type: viewer,
        nullable: true,
        description: 'The person who asks; null without a live session.',
        extensions: access('public'),
        resolve: async (_root, _args, context) => (await context.session()) ?? null,
      }),
      node: t.field({
        type: base.node,
        nullable: true,
        description:
          'Anything of your own by its global id: for polling an enrolment or challenge. Null where it is not yours.',
        extensions: access('session'),
        args: { id: t.arg.id({ required: true, description: 'A global id.' }) },
        resolve: async (_root, { id }, context) => readNode(context, await sessionOf(context), id),
      }),
    }),
  })
  return viewer
}

/** What a node resolves to, with the name of its type, which the interface can't tell from the value alone. */
async function readNode(context: RequestContext, session: ActiveSession, globalId: string) {
  const node = decodeNode(globalId)
  if (!node) return null
  const named = <T extends object>(typename: string, value: T | null | undefined) =>
    value ? { ...value, __typename: typename } : null
  switch (node.type) {
    case 'Viewer':
      return named('Viewer', node.id === session.account.userId ? session : null)
    case 'Session':
      return named('Session', node.id === session.id ? session : null)
    case 'Enrollment':
      return named('Enrollment', await readFlow(context, session, 'enrollment', node.id))
    case 'Challenge':
      return named('Challenge', await readFlow(context, session, 'challenge', node.id))
    case 'Method': {
      await authorise(context, 'register')
      const method = (await describeMethods(context, session)).find((one) => one.id === node.id)
      return method
        ? { ...method, __typename: context.host.kinds.get(method.kind)?.refs.details.name ?? '' }
        : null
    }
    default:
      return null
  }
}
