import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { GraphQLError } from 'graphql'
import { whoever } from '../account/phantom.ts'
import { auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import type { Secret } from '../crypto/secret.ts'
import { newResetToken } from '../crypto/token.ts'
import { type RateLimited, rateLimited } from '../errors.ts'
import { spendAddress } from '../lifecycle/address.ts'
import type { ActiveSession } from '../session/load.ts'
import { maybeRow } from '../storage/database.ts'
import { bytes, now, seconds, text, uuid } from '../storage/sql.ts'
import { type ActiveReset, loadResetByHash } from './load.ts'

/** A reset with the token that holds it from now on. */
export interface HeldReset {
  readonly reset: ActiveReset
  readonly token: Secret
}
export interface StartedReset extends HeldReset {
  readonly type: 'StartPasswordResetPayload'
}

/** How long a reset may take: from its beginning, whatever happens in it. */
const LIFETIME_SECONDS = 15 * 60

/**
 * Begins a reset for whoever has this identifier. The answer is the same for everybody; somebody who does not exist is carried
 * on as a phantom, through the same statements, budgets and flows (H3, H4).
 */
export async function startPasswordReset(
  context: RequestContext,
  input: { identifier: string },
): Promise<StartedReset | RateLimited> {
  const { host, request } = context
  const spent = await spendAddress(host, 'reset', request.clientAddress)
  if ('retryAt' in spent) return rateLimited(spent.retryAt)
  const { identifier, phantomId } = await whoever(host, input.identifier)
  const known = await maybeRow<{ user_id: string }>(
    host.db,
    sql`select user_id from security_info.unique_key where scope = 'identifier' and value = ${text(identifier)}`,
  )
  const held = await beginReset(context, known?.user_id ?? phantomId, null)
  return { type: 'StartPasswordResetPayload', ...held }
}

/** Begins a rehearsal: the same walk by somebody who is signed in, and no password changes at its end. */
export async function rehearseRecovery(context: RequestContext, session: ActiveSession): Promise<HeldReset> {
  return beginReset(context, session.account.userId, session.id)
}

/** What is ended in the moment it begins, with all that was open, begins again: more than this in a row is something else. */
const MAX_RACES = 5

async function beginReset(
  context: RequestContext,
  userId: string,
  sessionId: string | null,
): Promise<HeldReset> {
  for (let race = 0; race < MAX_RACES; race++) {
    const held = await beginOnce(context, userId, sessionId)
    if (held) return held
  }
  if (sessionId === null) throw new Error('A reset that was just begun is not there.')
  throw new GraphQLError('No live session.', { extensions: { code: 'UNAUTHENTICATED' } })
}

async function beginOnce(
  context: RequestContext,
  userId: string,
  sessionId: string | null,
): Promise<HeldReset | undefined> {
  const { host, request } = context
  const { token, hash } = newResetToken(userId)
  const id = randomUUID()
  await host.db.execute(sql`
    with begun as (
      insert into security_info.password_reset (user_id, id, token_hash, session_id, expires_at)
      select ${uuid(userId)}, ${uuid(id)}, ${bytes(hash)}, ${uuid(sessionId)}, ${now} + ${seconds(LIFETIME_SECONDS)}
      returning id
    )
    ${auditInsert(
      {
        type: 'reset.begun',
        userId,
        sessionId,
        requestId: request.requestId,
        detail: { subjectId: id, clientAddress: request.clientAddress },
      },
      sql`begun`,
    )}`)
  const reset = await loadResetByHash(host, userId, hash)
  return reset && { token, reset }
}
