import { PURPOSES, type Purpose } from '../contract/plugin.ts'
import type { Host } from '../host.ts'
import { coverage } from '../policy/coverage.ts'
import { requiredFor } from '../policy/document.ts'
import { offersOf } from '../policy/interrupt.ts'
import type { SessionSummary } from '../session/end.ts'
import type { ActiveSession } from '../session/load.ts'
import { situationOf } from '../session/state.ts'
import { twoFactorOptions } from '../session/two-factor.ts'
import type { SessionProof } from '../storage/tables.ts'
import type { BaseTypes } from './base-types.ts'
import type { MethodShape, SecurityBuilder } from './builder.ts'
import { describeMethods } from './describe.ts'
import type { ErrorTypes } from './error-types.ts'
import { encodeId } from './ids.ts'
import { defineInterruptTypes } from './interrupt-types.ts'

interface WayChoice {
  readonly method: MethodShape
  readonly way: string
  readonly isDefault: boolean
}

/** The session, why it is interrupted, and what it can do about it. */
export function defineSessionTypes(
  builder: SecurityBuilder,
  host: Host,
  base: BaseTypes,
  errors: ErrorTypes,
) {
  const state = builder.enumType('SessionState', {
    description: 'How far a session has come. Computed on every request from proofs, methods and policy.',
    values: {
      SECOND_FACTOR_REQUIRED: {
        description: 'The password was right; a second factor has to be proven. Nothing else works.',
      },
      SECURITY_INFO_REQUIRED: {
        description: 'Security info has to be registered or reviewed; see `interrupt`.',
      },
      ACTIVE: { description: 'A full session.' },
    } as const,
  })
  const proof = builder.objectRef<SessionProof>('Proof').implement({
    description: 'Something this session has proven.',
    fields: (t) => ({
      kind: t.exposeString('kind', { description: '`password`, or a method kind.' }),
      way: t.exposeString('way', { description: 'The way of that kind.' }),
      usedFor: t.field({
        type: [base.purpose],
        description: 'What it counts for.',
        resolve: (parent) => [...parent.purposes],
      }),
      at: t.field({
        type: 'DateTime',
        description: 'When it was proven.',
        resolve: (parent) => new Date(parent.at),
      }),
    }),
  })
  const { offer, interrupt } = defineInterruptTypes(builder, host, base, errors)
  const choice = builder.objectRef<WayChoice>('ProofOption').implement({
    description: 'A method and way that this session can prove with `beginChallenge`.',
    fields: (t) => ({
      method: t.expose('method', { type: base.method, description: 'The method.' }),
      way: t.exposeString('way', { description: 'The way, for `beginChallenge`.' }),
      isDefault: t.exposeBoolean('isDefault', {
        description: 'Whether this is what the person chose to be asked first.',
      }),
    }),
  })
  const session = builder.objectRef<ActiveSession>('Session').implement({
    description: 'The session that sent this request.',
    interfaces: [base.node],
    fields: (t) => ({
      id: t.id({ description: 'Global and opaque.', resolve: (parent) => encodeId('Session', parent.id) }),
      state: t.expose('state', { type: state, description: 'How far it has come.' }),
      proofs: t.field({
        type: [proof],
        description: 'What it has proven.',
        resolve: (parent) => [...parent.proofs],
      }),
      interrupt: t.expose('interrupt', {
        type: interrupt,
        nullable: true,
        description: 'Why security info is asked for; null where it is not, or where a proof comes first.',
      }),
      proofOptions: t.field({
        type: [choice],
        description: 'What `beginChallenge` can be called with, the default first.',
        resolve: (parent, _args, context) =>
          proofOptions(host, parent, () => describeMethods(context, parent)),
      }),
      client: t.exposeString('client', {
        nullable: true,
        description: 'What the client called itself at sign-in.',
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the person signed in.' }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When it ends, whatever happens.' }),
    }),
  })
  const summary = builder.objectRef<SessionSummary>('SessionSummary').implement({
    description: 'A live session in the list of all of them.',
    fields: (t) => ({
      id: t.id({ description: 'For `revokeSession`.', resolve: (parent) => encodeId('Session', parent.id) }),
      client: t.exposeString('client', {
        nullable: true,
        description: 'What the client called itself at sign-in.',
      }),
      current: t.exposeBoolean('current', { description: 'Whether it is the one that asks.' }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When the person signed in.' }),
      lastSeenAt: t.expose('lastSeenAt', {
        type: 'DateTime',
        description: 'When it was last used, to the minute.',
      }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When it ends, whatever happens.' }),
    }),
  })
  const purposeCoverage = builder
    .objectRef<{ session: ActiveSession; purpose: Purpose }>('PurposeCoverage')
    .implement({
      description: 'How well one purpose is covered.',
      fields: (t) => ({
        purpose: t.expose('purpose', { type: base.purpose, description: 'The purpose.' }),
        have: t.int({
          description: 'How many different methods count: of different kinds, not on one device or address.',
          resolve: ({ session: of, purpose }) => coverage(host.kinds, of.policy, of.methods, purpose),
        }),
        required: t.int({
          description: 'How many the policy demands.',
          resolve: ({ session: of, purpose }) => requiredFor(of.policy, purpose),
        }),
      }),
    })
  const securityInfo = builder.objectRef<ActiveSession>('SecurityInfo').implement({
    description: "Everything that protects the person's account.",
    fields: (t) => ({
      methods: t.field({
        type: [base.method],
        description: 'The registered methods, oldest first.',
        resolve: (parent, _args, context) => describeMethods(context, parent),
      }),
      default: t.field({
        type: choice,
        nullable: true,
        description: 'The method and way that sign-in asks for first.',
        resolve: async (parent, _args, context) => {
          const options = await proofOptions(host, parent, () => describeMethods(context, parent))
          return options.find((option) => option.isDefault) ?? null
        },
      }),
      offers: t.field({
        type: [offer],
        description: 'What could be added.',
        resolve: (parent) => [...offersOf(situationOf(host, parent), [])],
      }),
      coverage: t.field({
        type: [purposeCoverage],
        description: 'How well each purpose is covered.',
        resolve: (parent) => PURPOSES.map((purpose) => ({ session: parent, purpose })),
      }),
    }),
  })
  return { session, summary, securityInfo }
}

export type SessionTypes = ReturnType<typeof defineSessionTypes>

async function proofOptions(
  host: Host,
  session: ActiveSession,
  describe: () => Promise<readonly MethodShape[]>,
): Promise<readonly WayChoice[]> {
  const options = twoFactorOptions(host, session)
  if (options.length === 0) return []
  const { defaultMethodId, defaultWay } = session.account
  const shapes = new Map((await describe()).map((shape) => [shape.id, shape]))
  return options
    .flatMap(({ method, ways }) => {
      const shape = shapes.get(method.id)
      const isDefault = (way: string) => method.id === defaultMethodId && way === defaultWay
      return shape ? ways.map(({ id }) => ({ method: shape, way: id, isDefault: isDefault(id) })) : []
    })
    .sort((a, b) => Number(b.isDefault) - Number(a.isDefault))
}
