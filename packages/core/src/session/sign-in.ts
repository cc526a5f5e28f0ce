import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { passwordMatches } from '../account/password.ts'
import { whoever } from '../account/phantom.ts'
import { auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import type { Secret } from '../crypto/secret.ts'
import { newToken } from '../crypto/token.ts'
import { findDevice, type KnownDevice } from '../devices/device.ts'
import { type RateLimited, rateLimited, type SignInRejected } from '../errors.ts'
import type { Host } from '../host.ts'
import { addressKey, type SpentAddress, spendAddress } from '../lifecycle/address.ts'
import { clearLedgers } from '../lifecycle/budget.ts'
import { tellOfLock } from '../notices/notice.ts'
import { restoreWanted } from '../notices/restore.ts'
import { bytes, integer, json, now, text, time, uuid } from '../storage/sql.ts'
import { type Advanced, advance } from './advance.ts'
import { type ActiveSession, loadByHash } from './load.ts'
import { claimPassword, claimPasswordOnDevice, type PasswordClaim, passwordProof } from './password-claim.ts'

export interface SignedIn extends Advanced {
  readonly type: 'SignedIn'
}

const rejected: SignInRejected = { type: 'SignInRejected', code: 'signIn.rejected' }

interface Sent {
  readonly password: Secret
  readonly device: KnownDevice | undefined
  readonly spent: SpentAddress | undefined
}

/**
 * Signs a person in with identifier and password. An unknown identifier walks the same path with a phantom: the same
 * budgets, the same hashing, the same statements and the same answer (H3).
 */
export async function signIn(
  context: RequestContext,
  input: { identifier: string; password: Secret; deviceToken?: Secret | null | undefined },
): Promise<SignedIn | SignInRejected | RateLimited> {
  const { host, request } = context
  const { identifier, phantomId } = await whoever(host, input.identifier)
  const held = input.deviceToken ?? request.deviceToken
  const device = held ? await findDevice(host, held, identifier) : undefined
  // A remembered device has a budget of its own, which nobody else can burn (H1).
  const spent = device ? undefined : await spendAddress(host, 'signIn', request.clientAddress)
  if (spent && 'retryAt' in spent) return rateLimited(spent.retryAt)
  // Not before: what is refused cheaply takes nobody's place (H29).
  return host.slowHash.admit(device?.id ?? addressKey(request.clientAddress), async () => {
    const claim = device
      ? await claimPasswordOnDevice(host, device)
      : await claimPassword(host, { identifier, phantomId }, request.clientAddress)
    return compare(context, claim, { password: input.password, device, spent })
  })
}

async function compare(
  context: RequestContext,
  claim: PasswordClaim | { readonly retryAt: Date },
  { password, device, spent }: Sent,
): Promise<SignedIn | SignInRejected | RateLimited> {
  const { host, request } = context
  if ('retryAt' in claim) return rateLimited(claim.retryAt)
  const matches = await passwordMatches(host, claim.userId, claim.account?.password, password)
  if (!matches || !claim.account) {
    const failed = auditInsert({
      type: 'signIn.failed',
      userId: claim.userId,
      sessionId: null,
      requestId: request.requestId,
      detail: { clientAddress: request.clientAddress },
    })
    await host.db.execute(claim.closes ? sql`with ${tellOfLock(context, claim.userId)} ${failed}` : failed)
    return rejected
  }
  await spent?.giveBack()
  return (await openSession(context, claim, claim.account, device)) ?? rejected
}

/**
 * Writes the session as a pending one, if the password that was compared is still the account's, then reads it with
 * everything its state depends on. What the state adds (that the person is in the wizard, how long a full session lives) is
 * written only where it differs.
 */
async function openSession(
  context: RequestContext,
  claim: PasswordClaim,
  account: NonNullable<PasswordClaim['account']>,
  device: KnownDevice | undefined,
): Promise<SignedIn | undefined> {
  const { host, request } = context
  const { userId } = claim
  const { passwordVersion } = account
  const { token, hash } = newToken(userId)
  const id = randomUUID()
  const proof = passwordProof(claim.now)
  const remembered = device && {
    ...proof,
    kind: 'device',
    way: 'device',
    methodId: device.methodId,
    deviceId: device.id,
  }
  const expiresAt = new Date(claim.now.getTime() + host.lifetimes.pendingSeconds * 1000)
  const opened = sql`opened`
  await host.db.execute(sql`
    with entitled as (
      select user_id from security_info.account
      where user_id = ${uuid(userId)} and status = 'ACTIVE' and password_version = ${integer(passwordVersion)}
    ), opened as (
      insert into security_info.session (user_id, id, token_hash, password_version, proofs, client, created_at, last_seen_at, expires_at)
      select ${uuid(userId)}, ${uuid(id)}, ${bytes(hash)}, ${integer(passwordVersion)}, ${json(remembered ? [proof, remembered] : [proof])}, ${text(request.client ?? null)},
        ${time(claim.now)}, ${now}, ${time(expiresAt)}
      from entitled returning id
    ), cleared as (${clearLedgers(uuid(userId), claim.ledgers, opened)}), seen as (
      update security_info.remembered_device set last_used_at = ${now}
      where user_id = ${uuid(userId)} and id = ${uuid(device?.id ?? null)} and exists (select from opened)
    )
    ${auditInsert(
      {
        type: 'signIn.succeeded',
        userId,
        sessionId: id,
        requestId: request.requestId,
        detail: { clientAddress: request.clientAddress },
      },
      opened,
    )}`)
  return enter(context, userId, { token, hash })
}

/** A session that was just opened, as it is with everything its state depends on. */
export async function enter(
  context: RequestContext,
  userId: string,
  { token, hash }: { readonly token: Secret; readonly hash: Uint8Array },
): Promise<SignedIn | undefined> {
  const session = await loadByHash(context.host, userId, hash)
  if (!session) return undefined
  const settled = await settle(context.host, await restoreWanted(context, session))
  return { type: 'SignedIn', token, session: settled }
}

/** Gives a just opened session the lifetime and the wizard mark that its state calls for. */
async function settle(host: Host, session: ActiveSession): Promise<ActiveSession> {
  const { session: next } = await advance(host, session, {})
  if (next.state === 'SECOND_FACTOR_REQUIRED') return session
  await host.db.execute(sql`
    update security_info.session set expires_at = ${time(next.expiresAt)},
      registering_since = case when ${next.registering} then ${now} end
    where user_id = ${uuid(session.account.userId)} and id = ${uuid(session.id)}`)
  return { ...next, tokenHash: session.tokenHash }
}
