import type { ObjectRef } from '@pothos/core'
import { GraphQLError } from 'graphql'
import type { RequestContext, TokenTransport } from '../context.ts'
import type { Secret } from '../crypto/secret.ts'
import type { Advanced } from '../session/advance.ts'
import type { ActiveSession } from '../session/load.ts'
import type { SecurityBuilder, SecurityTypes } from './builder.ts'
import type { SessionTypes } from './session-types.ts'

/** A payload that carries a session, and the new token where the client keeps it itself. */
export interface Granted<Type extends string> {
  readonly type: Type
  readonly session: ActiveSession
  readonly token: Secret | null
}

/** Hands a new token to whoever keeps it, and lets the rest of the document see the new session. */
export function grant<Type extends string>(
  context: RequestContext,
  type: Type,
  { session, token }: Advanced,
  transport: TokenTransport = context.request.transport,
): Granted<Type> {
  context.replaceSession(session)
  context.request.onToken?.(token.reveal(), transport)
  return { type, session, token: transport === 'COOKIE' ? null : token }
}

/** The session is over, for the rest of the document and for whoever keeps its token. */
export function leave(context: RequestContext): void {
  context.replaceSession(undefined)
  context.request.onToken?.(undefined, context.request.transport)
}

/** The session a guarded field runs with. */
export async function sessionOf(context: RequestContext): Promise<ActiveSession> {
  const session = await context.session()
  if (!session) throw new GraphQLError('No live session.', { extensions: { code: 'UNAUTHENTICATED' } })
  return session
}

/** The fields of every payload that carries a session. */
export function grantedPayload<Shape extends Granted<string>>(
  builder: SecurityBuilder,
  session: SessionTypes['session'],
  name: Shape['type'],
  description: string,
): ObjectRef<SecurityTypes, Shape> {
  return builder.objectRef<Shape>(name).implement({
    description,
    fields: (t) => ({
      session: t.field({
        type: session,
        description: 'The session as it is now.',
        resolve: (parent) => parent.session,
      }),
      token: t.field({
        type: 'OneTimeSecret',
        nullable: true,
        description:
          "The session's new token; the one before it no longer works. Null where the browser keeps it in a cookie.",
        resolve: (parent) => parent.token,
      }),
    }),
  })
}

/** Which member of a result union a value is: every payload and error names its type. */
export const typeOf = (value: { readonly type: string }): string => value.type
