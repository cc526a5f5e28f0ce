import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { whoever } from '../account/phantom.ts'
import { passPlace, readPass } from '../admin/access-pass.ts'
import { auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import { hashMatches } from '../crypto/sealed-hash.ts'
import type { Secret } from '../crypto/secret.ts'
import { newToken } from '../crypto/token.ts'
import { type RateLimited, rateLimited, type SignInRejected } from '../errors.ts'
import { addressKey, type SpentAddress, spendAddress } from '../lifecycle/address.ts'
import { ACCESS_PASS_LEDGER, clearLedgers } from '../lifecycle/budget.ts'
import { tellOfLock } from '../notices/notice.ts'
import { maybeRow } from '../storage/database.ts'
import { bytes, integer, json, now, text, time, uuid } from '../storage/sql.ts'
import { claimPassword, type PasswordClaim } from './password-claim.ts'
import { enter, type SignedIn } from './sign-in.ts'

/** The same whatever is wrong: unknown person, no pass, another one, used, expired (H3). */
const rejected: SignInRejected = { type: 'SignInRejected', code: 'signIn.passRejected' }

/**
 * Signs in with a temporary access pass: into the wizard and no further. Paid for and compared like a password, out of a
 * budget of its own.
 */
export async function redeemAccessPass(
  context: RequestContext,
  input: { identifier: string; pass: Secret },
): Promise<SignedIn | SignInRejected | RateLimited> {
  const { host, request } = context
  const who = await whoever(host, input.identifier)
  const spent = await spendAddress(host, 'signIn', request.clientAddress)
  if ('retryAt' in spent) return rateLimited(spent.retryAt)
  return host.slowHash.admit(addressKey(request.clientAddress), async () => {
    const claim = await claimPassword(host, who, request.clientAddress, ACCESS_PASS_LEDGER)
    return 'retryAt' in claim ? rateLimited(claim.retryAt) : compare(context, claim, input.pass, spent)
  })
}

async function compare(
  context: RequestContext,
  claim: PasswordClaim,
  typed: Secret,
  spent: SpentAddress,
): Promise<SignedIn | SignInRejected> {
  const { host, request } = context
  const { userId } = claim
  const pass = await maybeRow<{ id: string; hash: Uint8Array; age: number }>(
    host.db,
    sql`select id, hash, extract(epoch from ${now} - created_at)::float8 / 60 as age from security_info.access_pass
      where user_id = ${uuid(userId)} and expires_at > ${now} and not (once and used_at is not null)
      order by created_at desc limit 1`,
  )
  const at = passPlace(userId, pass?.id ?? '')
  const matches = await hashMatches(host, at, pass?.hash, readPass(typed))
  // Where policy has no passes any more, or none that last so long, those that were issued are none (H32).
  const { accessPass } = await host.policies.current()
  const allowed = accessPass.enabled && pass !== undefined && pass.age < accessPass.maxMinutes
  if (!matches || !claim.account || !allowed) {
    const failed = auditInsert({
      type: 'signIn.failed',
      userId,
      sessionId: null,
      requestId: request.requestId,
      detail: { kind: 'accessPass', clientAddress: request.clientAddress },
    })
    await host.db.execute(claim.closes ? sql`with ${tellOfLock(context, userId)} ${failed}` : failed)
    return rejected
  }
  await spent.giveBack()
  return (await openSession(context, claim, claim.account.passwordVersion, pass.id)) ?? rejected
}

/** One statement: of parallel sign-ins with a pass that is good once, one opens a session (C5). */
async function openSession(
  context: RequestContext,
  { userId, now: at, ledgers }: PasswordClaim,
  passwordVersion: number,
  passId: string,
): Promise<SignedIn | undefined> {
  const { host, request } = context
  const token = newToken(userId)
  const id = randomUUID()
  const proof = {
    kind: 'accessPass',
    way: 'accessPass',
    methodId: null,
    purposes: [],
    factors: 1,
    at: at.toISOString(),
  } as const
  const expiresAt = new Date(at.getTime() + host.lifetimes.pendingSeconds * 1000)
  const row = await maybeRow(
    host.db,
    sql`
    with entitled as (
      select user_id from security_info.account
      where user_id = ${uuid(userId)} and status = 'ACTIVE' and password_version = ${integer(passwordVersion)}
      for share
    ), used as (
      update security_info.access_pass set used_at = ${now}
      where user_id = ${uuid(userId)} and id = ${uuid(passId)} and expires_at > ${now}
        and not (once and used_at is not null) and exists (select from entitled)
      returning id
    ), opened as (
      insert into security_info.session
        (user_id, id, token_hash, password_version, proofs, registering_since, client, created_at, last_seen_at, expires_at)
      select ${uuid(userId)}, ${uuid(id)}, ${bytes(token.hash)}, ${integer(passwordVersion)}, ${json([proof])}, ${now},
        ${text(request.client ?? null)}, ${time(at)}, ${now}, ${time(expiresAt)}
      from used returning id
    ), cleared as (${clearLedgers(uuid(userId), ledgers, sql`opened`)}),
    logged as (${auditInsert(
      {
        type: 'signIn.succeeded',
        userId,
        sessionId: id,
        requestId: request.requestId,
        detail: { kind: 'accessPass', subjectId: passId, clientAddress: request.clientAddress },
      },
      sql`opened`,
    )})
    select id from opened`,
  )
  return row && enter(context, userId, token)
}
