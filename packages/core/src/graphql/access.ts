import { defaultFieldResolver, GraphQLError, type GraphQLObjectType, type GraphQLSchema } from 'graphql'
import type { RequestContext } from '../context.ts'
import { ConfigurationFault } from '../faults.ts'
import type { ActiveSession } from '../session/load.ts'
import { hasProvenTwoFactor, hasTwoFactor, isByPass } from '../session/two-factor.ts'

/**
 * Who may use a field. Every field of the root types and of `Viewer` says so, or the gateway does not start: nothing is
 * open because somebody forgot (C8).
 *
 * - `public`: anybody.
 * - `session`: any live session, also one that still owes a proof: what it needs to prove and to leave.
 * - `register`: a session that has proven what the person can prove, in the wizard or full.
 * - `active`: only a full session.
 * - `administrator`: a full session of an administrator that has proven what they can prove.
 */
export type Access = 'public' | 'session' | 'register' | 'active' | 'administrator'

const LEVELS: readonly Access[] = ['public', 'session', 'register', 'active', 'administrator']

/** For the `extensions` of a field: who may use it. */
export function access(level: Access) {
  return { access: level } as const
}

/** For the `extensions` of a mutation that takes a password, code or other proof: at most one of them in a document. */
export function credential(level: Access) {
  return { access: level, credential: true } as const
}

const GUARDED = ['Query', 'Mutation', 'Subscription', 'Viewer', 'Admin']

/** Puts the check in front of every guarded field. @throws ConfigurationFault for each field without a rule. */
export function guardSchema(schema: GraphQLSchema): GraphQLSchema {
  const types = GUARDED.flatMap((name) => (schema.getType(name) ?? []) as GraphQLObjectType)
  const fields = types.flatMap((type) => Object.values(type.getFields()).map((field) => ({ type, field })))
  const open = fields.filter(({ field }) => !isAccess(field.extensions.access))
  if (open.length > 0) {
    throw new ConfigurationFault(
      open.map(({ type, field }) => ({
        where: `${type.name}.${field.name}`,
        problem: 'the field does not say who may use it',
        fix: "Give it `extensions: access('active')`, or another level.",
      })),
    )
  }
  for (const { field } of fields) {
    const level = field.extensions.access as Access
    const resolve = field.resolve ?? defaultFieldResolver
    if (level === 'public') continue
    field.resolve = async (source, args, context: RequestContext, info) => {
      await authorise(context, level)
      return resolve(source, args, context, info)
    }
    const { subscribe } = field
    if (!subscribe) continue
    // A subscription begins before anything is resolved.
    field.subscribe = async (source, args, context: RequestContext, info) => {
      await authorise(context, level)
      return subscribe(source, args, context, info)
    }
  }
  return schema
}

/** The session, if it may use what asks for this level. @throws GraphQLError with UNAUTHENTICATED or FORBIDDEN. */
export async function authorise(
  context: RequestContext,
  level: Exclude<Access, 'public'>,
): Promise<ActiveSession> {
  const session = await context.session()
  if (!session) {
    throw new GraphQLError(
      'No live session. Sign in first: a browser keeps the cookie, other clients send "Authorization: Bearer …".',
      {
        extensions: { code: 'UNAUTHENTICATED' },
      },
    )
  }
  if (level === 'session') return session
  // Where policy asks for no second factor at sign-in, what protects the account still does.
  const unproven =
    (level === 'register' || level === 'administrator') &&
    hasTwoFactor(context.host, session) &&
    !hasProvenTwoFactor(session) &&
    !isByPass(session)
  if (unproven) throw secondFactorFirst(session)
  requireSecondFactor(session)
  if (level !== 'register' && session.state !== 'ACTIVE') {
    throw forbidden(
      session,
      'Finish the registration of your security info first; session.interrupt says what is missing.',
    )
  }
  if (level === 'administrator' && !session.account.administrator) {
    throw forbidden(session, 'Only administrators may use this.')
  }
  return session
}

/** Refuses a session that still owes the second factor. @throws GraphQLError with FORBIDDEN. */
export function requireSecondFactor(session: ActiveSession): void {
  if (session.state === 'SECOND_FACTOR_REQUIRED') throw secondFactorFirst(session)
}

function secondFactorFirst(session: ActiveSession): GraphQLError {
  return forbidden(session, 'Prove a second factor first: beginChallenge, then verifyChallenge.')
}

function forbidden(session: ActiveSession, message: string): GraphQLError {
  return new GraphQLError(message, { extensions: { code: 'FORBIDDEN', state: session.state } })
}

function isAccess(value: unknown): value is Access {
  return LEVELS.includes(value as Access)
}
