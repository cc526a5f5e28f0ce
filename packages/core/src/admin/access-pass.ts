import { randomInt, randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { typedIdentifier } from '../account/identifier.ts'
import { auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import { sealHash } from '../crypto/sealed-hash.ts'
import { place } from '../crypto/sealing.ts'
import { Secret } from '../crypto/secret.ts'
import {
  type FlowEnded,
  type FreshProofRequired,
  flowEnded,
  type InvalidInput,
  invalidInput,
  type NotFound,
  type PolicyDenied,
  policyDenied,
} from '../errors.ts'
import { noticeInsert, noticeOf } from '../notices/notice.ts'
import type { ActiveSession } from '../session/load.ts'
import { maybeRow } from '../storage/database.ts'
import { boolean, bytes, date, ms, now, seconds, uuid } from '../storage/sql.ts'
import { actProblem, afterAct, burnAct } from './act.ts'

export interface IssuedPass {
  readonly type: 'IssueAccessPassPayload'
  readonly pass: Secret
  readonly expiresAt: Date
  readonly once: boolean
  readonly session: ActiveSession
}
export interface RevokedPass {
  readonly type: 'RevokeAccessPassPayload'
  readonly revoked: boolean
  readonly session: ActiveSession
}
type ActRefused = FreshProofRequired | PolicyDenied | NotFound | FlowEnded

/** No letters or digits that look alike (Crockford's base 32, in lower case). */
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

export const passPlace = (userId: string, id: string) => place('access_pass', userId, id)

/** As a person may type it: any case, with or without separators, look-alikes forgiven. */
export function readPass(typed: Secret): Secret {
  const plain = typed.reveal().toLowerCase().replace(/[\s-]/g, '')
  return new Secret(plain.replaceAll('o', '0').replace(/[il]/g, '1').replaceAll('u', 'v'))
}

/**
 * Issues a temporary access pass: its holder gets into the wizard, and no further. One at a time; a new one takes the place of
 * the old. The administrator never sees or sets a password of the person's (ASVS 6.4.6), and the person is told.
 */
export async function issueAccessPass(
  context: RequestContext,
  session: ActiveSession,
  input: { identifier: string; minutes: number | null; once: boolean },
): Promise<IssuedPass | InvalidInput | ActRefused> {
  const { host, request } = context
  const { accessPass } = session.policy
  if (!accessPass.enabled) return policyDenied('accessPass.enabled', 'accessPass.off')
  const minutes = input.minutes ?? Math.min(accessPass.minutes, accessPass.maxMinutes)
  if (minutes < 10 || minutes > accessPass.maxMinutes) {
    return invalidInput(['minutes'], `It is ${minutes}; expected 10 to ${accessPass.maxMinutes}.`)
  }
  const person = await findPerson(context, session, input.identifier)
  if ('code' in person) return person
  const { userId, canonical } = person
  const act = `issueAccessPass ${canonical} ${minutes} ${input.once ? 'once' : 'many'}`
  const refused = actProblem(host, session, act)
  if (refused) return refused

  const id = randomUUID()
  const plain = Array.from({ length: accessPass.length }, () => ALPHABET[randomInt(ALPHABET.length)]).join('')
  const sealed = await sealHash(host, passPlace(userId, id), new Secret(plain))
  const row = await maybeRow<{ expires_at: number }>(
    host.db,
    sql`
    with living as (
      select user_id from security_info.account where user_id = ${uuid(userId)} and status = 'ACTIVE' for update
    ), ${burnAct(session, act, sql`living`)}, replaced as (
      delete from security_info.access_pass where user_id = ${uuid(userId)} and exists (select from burned)
    ), issued as (
      insert into security_info.access_pass (user_id, id, hash, once, issued_by, expires_at)
      select ${uuid(userId)}, ${uuid(id)}, ${bytes(sealed)}, ${boolean(input.once)}, ${uuid(session.account.userId)},
        ${now} + ${seconds(minutes * 60)}
      from burned returning expires_at
    ), told as (${noticeInsert(noticeOf(context, userId, 'accessPass.issued', {}), sql`issued`)}),
    logged as (${auditInsert(
      {
        type: 'accessPass.issued',
        userId,
        sessionId: session.id,
        requestId: request.requestId,
        detail: { subjectId: id, actorId: session.account.userId },
      },
      sql`issued`,
    )})
    select ${ms(sql`expires_at`)} as expires_at from issued`,
  )
  if (!row) return flowEnded
  host.outbox.nudge()
  return {
    type: 'IssueAccessPassPayload',
    pass: new Secret(plain.replace(/(.{4})(?=.)/g, '$1-')),
    expiresAt: date(row.expires_at),
    once: input.once,
    session: afterAct(session, act),
  }
}

/** Takes a pass back, and ends the sessions that were opened with it. */
export async function revokeAccessPass(
  context: RequestContext,
  session: ActiveSession,
  input: { identifier: string },
): Promise<RevokedPass | ActRefused> {
  const { host, request } = context
  const person = await findPerson(context, session, input.identifier)
  if ('code' in person) return person
  const { userId, canonical } = person
  const act = `revokeAccessPass ${canonical}`
  const refused = actProblem(host, session, act)
  if (refused) return refused
  const byPass = JSON.stringify([{ kind: 'accessPass' }])
  const row = await host.db.transaction(async (tx) => {
    // First by itself: whoever is redeeming the pass is through then, and the next statement sees the session that they got (C20).
    await tx.execute(
      sql`select user_id from security_info.account where user_id = ${uuid(userId)} for update`,
    )
    return maybeRow<{ revoked: boolean }>(
      tx,
      sql`
    with ${burnAct(session, act)}, ended as (
      delete from security_info.session
      where user_id = ${uuid(userId)} and proofs @> ${byPass}::text::jsonb and exists (select from burned)
    ), revoked as (
      delete from security_info.access_pass where user_id = ${uuid(userId)} and exists (select from burned) returning id
    ), logged as (${auditInsert(
      {
        type: 'accessPass.revoked',
        userId,
        sessionId: session.id,
        requestId: request.requestId,
        detail: { actorId: session.account.userId },
      },
      sql`revoked`,
    )})
    select exists (select from revoked) as revoked from burned`,
    )
  })
  if (!row) return flowEnded
  return { type: 'RevokeAccessPassPayload', revoked: row.revoked, session: afterAct(session, act) }
}

/** The person an act is on: somebody else, who exists. Administrators may know who does. */
async function findPerson(
  { host }: RequestContext,
  session: ActiveSession,
  identifier: string,
): Promise<{ readonly userId: string; readonly canonical: string } | NotFound | PolicyDenied> {
  const canonical = typedIdentifier(identifier)
  const row = await maybeRow<{ user_id: string }>(
    host.db,
    sql`select user_id from security_info.person where canonical = ${canonical} and active`,
  )
  if (!row) return { type: 'NotFound', code: 'admin.noSuchPerson' }
  if (row.user_id === session.account.userId) return policyDenied('administrator', 'admin.notYourself')
  return { userId: row.user_id, canonical }
}
