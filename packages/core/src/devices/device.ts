import { randomUUID } from 'node:crypto'
import { type SQL, sql } from 'drizzle-orm'
import { type AuditDetail, auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import type { Secret } from '../crypto/secret.ts'
import { newDeviceToken, readDeviceToken } from '../crypto/token.ts'
import type { Host } from '../host.ts'
import type { ActiveSession } from '../session/load.ts'
import { maybeRow, rows } from '../storage/database.ts'
import { bytes, integer, ms, now, seconds, text, uuid } from '../storage/sql.ts'

/**
 * Remembered devices: "don't ask again on this device", for as many days as policy says. A token, 256 random bits, stands for the
 * second factor at sign-in and for nothing else: not where something is changed, and not once the method is gone that was
 * proven when the device was remembered. Guesses at the password with such a token have a budget of their own, so that nobody
 * else can lock the person out there (H1).
 */
export interface KnownDevice {
  readonly userId: string
  readonly id: string
  /** What was proven when it was remembered. */
  readonly methodId: string
}

/** As its owner sees it in the list. */
export interface DeviceSummary {
  readonly id: string
  readonly client: string | null
  readonly createdAt: Date
  readonly lastUsedAt: Date | null
  readonly expiresAt: Date
}

/** The oldest go when there are more. */
const MOST = 10
const DAY_SECONDS = 86_400

/** The device of a token, if it belongs to whoever has this identifier, and is not older than policy has them now. */
export async function findDevice(
  host: Pick<Host, 'db' | 'policies'>,
  token: Secret,
  identifier: string,
): Promise<KnownDevice | undefined> {
  const read = readDeviceToken(token.reveal())
  if (!read) return undefined
  const { rememberDevices } = await host.policies.current()
  const row = await maybeRow<{ id: string; method_id: string }>(
    host.db,
    sql`select d.id, d.method_id from security_info.remembered_device d
      join security_info.person p on p.user_id = d.user_id and p.canonical = ${text(identifier)} and p.active
      where d.user_id = ${uuid(read.userId)} and d.token_hash = ${bytes(read.hash)} and d.expires_at > ${now}
        and d.created_at > ${now} - ${seconds(rememberDevices.days * DAY_SECONDS)}`,
  )
  return row && { userId: read.userId, id: row.id, methodId: row.method_id }
}

/** A device about to be remembered, and the statement parts that do it if `guard` has a row. */
export interface NewDevice {
  readonly token: Secret
  readonly parts: (guard: SQL) => SQL
}

export function rememberDevice(
  { request }: RequestContext,
  session: ActiveSession,
  methodId: string,
): NewDevice | undefined {
  const { days } = session.policy.rememberDevices
  if (days === 0) return undefined
  const { userId } = session.account
  const owner = uuid(userId)
  const { token, hash } = newDeviceToken(userId)
  const id = randomUUID()
  return {
    token,
    parts: (guard) => sql`remembered as (
      insert into security_info.remembered_device (user_id, id, token_hash, method_id, client, expires_at)
      select ${owner}, ${uuid(id)}, ${bytes(hash)}, ${uuid(methodId)}, ${text(request.client ?? null)},
        ${now} + ${seconds(days * DAY_SECONDS)}
      where exists (select from ${guard}) returning id
    ), crowded as (
      delete from security_info.remembered_device
      where user_id = ${owner} and exists (select from ${guard}) and id in (
        select id from security_info.remembered_device where user_id = ${owner}
        order by created_at desc offset ${integer(MOST - 1)})
    ), noted as (${auditInsert(
      {
        type: 'device.remembered',
        userId,
        sessionId: session.id,
        requestId: request.requestId,
        detail: { subjectId: id, methodId },
      },
      sql`remembered`,
    )})`,
  }
}

/** The person's remembered devices, newest first. */
export async function listDevices(
  { host }: RequestContext,
  session: ActiveSession,
): Promise<readonly DeviceSummary[]> {
  const found = await rows<{
    id: string
    client: string | null
    created_at: number
    last_used_at: number | null
    expires_at: number
  }>(
    host.db,
    sql`select id, client, ${ms(sql`created_at`)} as created_at, ${ms(sql`last_used_at`)} as last_used_at,
      ${ms(sql`expires_at`)} as expires_at
    from security_info.remembered_device
    where user_id = ${uuid(session.account.userId)} and expires_at > ${now} order by created_at desc`,
  )
  return found.map((row) => ({
    id: row.id,
    client: row.client,
    createdAt: new Date(row.created_at),
    lastUsedAt: row.last_used_at === null ? null : new Date(row.last_used_at),
    expiresAt: new Date(row.expires_at),
  }))
}

/** Forgets one device, or all of them: sessions that stand on it owe the second factor from then on. */
export async function forgetDevices(
  { host, request }: RequestContext,
  session: ActiveSession,
  id: string | null,
): Promise<number> {
  const { userId } = session.account
  const detail: AuditDetail = id === null ? { reason: 'all' } : { subjectId: id }
  const gone = await rows(
    host.db,
    sql`
    with forgotten as (
      delete from security_info.remembered_device
      where user_id = ${uuid(userId)} ${id === null ? sql.empty() : sql`and id = ${uuid(id)}`} returning id
    ), logged as (${auditInsert(
      { type: 'device.forgotten', userId, sessionId: session.id, requestId: request.requestId, detail },
      sql`forgotten`,
    )})
    select id from forgotten`,
  )
  return gone.length
}
