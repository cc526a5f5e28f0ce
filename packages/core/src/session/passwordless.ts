import { randomUUID } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import type { Registered } from '../contract/handlers.ts'
import type { MethodKind } from '../contract/kind.ts'
import { openJson, place } from '../crypto/sealing.ts'
import type { Secret } from '../crypto/secret.ts'
import { newFlowToken, newToken, readFlowToken } from '../crypto/token.ts'
import {
  type InvalidInput,
  type PolicyDenied,
  policyDenied,
  type RateLimited,
  rateLimited,
  type SignInRejected,
} from '../errors.ts'
import type { StepShape } from '../graphql/builder.ts'
import type { Host } from '../host.ts'
import { spendAddress } from '../lifecycle/address.ts'
import { type SealedMethodJson, sealedMethods, unpackMethod } from '../lifecycle/claim.ts'
import { checkFormat, type OneOf, pick } from '../lifecycle/input.ts'
import { openMethods, sealPending, sealStored } from '../lifecycle/sealed.ts'
import { noticeInsert, noticeOf } from '../notices/notice.ts'
import { allowedFor, type Policy } from '../policy/document.ts'
import { maybeRow } from '../storage/database.ts'
import { bigint, bytes, date, integer, json, ms, now, seconds, text, time, uuid } from '../storage/sql.ts'
import { enter, type SignedIn } from './sign-in.ts'

export interface BegunPasskeySignIn {
  readonly type: 'BeginPasskeySignInPayload'
  readonly token: Secret
  readonly expiresAt: Date
  readonly step: StepShape
}

/** The same whatever is wrong with the proof: unknown, disabled, forged and foreign answer alike (H3). */
const rejected: SignInRejected = { type: 'SignInRejected', code: 'signIn.passkeyRejected' }

/** Begins a sign-in without a name. It belongs to nobody until a proof says whose it is; a token holds it. */
export async function beginPasskeySignIn(
  { host, request }: RequestContext,
  kind: MethodKind,
): Promise<BegunPasskeySignIn | PolicyDenied | RateLimited> {
  const policy = await host.policies.current()
  const way = allowedWay(kind, policy)
  const { passwordless } = kind.handlers
  if (!way || !passwordless) return policyDenied(`methods.${kind.id}.allowedFor`, 'policy.kindNotAllowed')
  const spent = await spendAddress(host, 'passkey', request.clientAddress)
  if ('retryAt' in spent) return rateLimited(spent.retryAt)
  const nobody = randomUUID()
  const id = randomUUID()
  const { token, hash } = newFlowToken(nobody)
  const clock = await maybeRow<{ now: number }>(host.db, sql`select ${ms(now)} as now`)
  const section = policy.methods[kind.id] ?? {}
  const step = await passwordless.begin({
    flowId: id,
    way: way.id,
    policy: section,
    now: date(clock?.now ?? 0),
  })
  const sealed = sealPending(host, kind.method.challenging, nobody, id, step.pending)
  const row = await maybeRow<{ expires_at: number }>(
    host.db,
    sql`insert into security_info.sign_in_flow (user_id, id, token_hash, kind, way, pending, expires_at)
      values (${uuid(nobody)}, ${uuid(id)}, ${bytes(hash)}, ${text(kind.id)}, ${text(way.id)}, ${bytes(sealed)},
        ${now} + ${seconds(kind.method.limits.ttlSeconds)})
      returning ${ms(sql`expires_at`)} as expires_at`,
  )
  if (!row) throw new Error('The sign-in could not be kept.')
  const shown = { ...step.view, kind: kind.id, way: way.id }
  return { type: 'BeginPasskeySignInPayload', token, expiresAt: date(row.expires_at), step: shown }
}

/**
 * Signs in with a proof that says whose it is. The flow is burned before anything is looked at; the person was verified by
 * their authenticator, so the session counts as proven by two factors.
 */
export async function signInWithPasskey(
  context: RequestContext,
  input: { token: Secret; proof: OneOf },
): Promise<SignedIn | SignInRejected | InvalidInput> {
  const { host } = context
  const { kind, value } = pick(host, input.proof)
  const proof = checkFormat(kind.handlers.inputs?.proof, value, ['proof', kind.id])
  if ('type' in proof) return proof
  const flow = await burnFlow(host, input.token, kind)
  if (!flow) return rejected
  const { passwordless } = kind.handlers
  const policy = await host.policies.current()
  if (!passwordless || !allowedWay(kind, policy)) return rejected
  const owner = await findOwner(host, kind, passwordless.identify(proof.value))
  if (!owner) return rejected

  const attempt = {
    userId: owner.userId,
    now: flow.now,
    number: 1,
    way: flow.way,
    pending: flow.pending,
    policy: policy.methods[kind.id] ?? {},
  }
  const verdict = await kind.handlers.verify(attempt, [owner.method], proof.value)
  const accepted = verdict.ok === true && verdict.methodId === owner.method.id && verdict.factors === 2
  if (!accepted) {
    await recordFailure(context, kind, owner, verdict)
    return rejected
  }
  return (await commit(context, kind, owner, flow, verdict)) ?? rejected
}

/** A way of the kind that policy lets be a second factor: passwordless sign-in counts as one. */
function allowedWay(kind: MethodKind, policy: Policy) {
  return kind.method.ways.find((way) => allowedFor(policy, kind.id, way).includes('TWO_FACTOR'))
}

type Verdict = Awaited<ReturnType<MethodKind['handlers']['verify']>>

interface BurnedFlow {
  readonly way: string
  readonly pending: object
  readonly now: Date
}

async function burnFlow(host: Host, token: Secret, kind: MethodKind): Promise<BurnedFlow | undefined> {
  const held = readFlowToken(token.reveal())
  if (!held) return undefined
  const row = await maybeRow<{ id: string; way: string; pending: Uint8Array; now: number }>(
    host.db,
    sql`update security_info.sign_in_flow set consumed_at = ${now}
      where user_id = ${uuid(held.userId)} and token_hash = ${bytes(held.hash)} and kind = ${text(kind.id)}
        and consumed_at is null and expires_at > ${now}
      returning id, way, pending, ${ms(now)} as now`,
  )
  if (!row) return undefined
  const at = place('flow', held.userId, row.id)
  const pending = openJson(host.ring, row.pending, at, kind.method.challenging)
  return { way: row.way, pending, now: date(row.now) }
}

interface Owner {
  readonly userId: string
  readonly method: Registered<object>
  /** As it was read, sealed: what replaces it is void where another proof came first. */
  readonly sealed: Uint8Array
  readonly passwordVersion: number
}

async function findOwner(host: Host, kind: MethodKind, uniqueKey: string): Promise<Owner | undefined> {
  const scope = `method:${kind.id}`
  const value = await host.fingerprints.of(scope, uniqueKey)
  const row = await maybeRow<{
    user_id: string
    password_version: number
    methods: readonly SealedMethodJson[]
  }>(
    host.db,
    sql`select a.user_id, a.password_version,
        ${sealedMethods(sql`m.user_id = a.user_id and m.id = k.method_id and m.state = 'ACTIVE'`)} as methods
      from security_info.unique_key k join security_info.account a on a.user_id = k.user_id and a.status = 'ACTIVE'
      where k.scope = ${text(scope)} and k.value = ${text(value)}`,
  )
  const sealed = row?.methods.map(unpackMethod)[0]
  if (!row || !sealed) return undefined
  const [method] = openMethods(host, kind, row.user_id, [sealed])
  if (!method) return undefined
  return { userId: row.user_id, method, sealed: sealed.stored, passwordVersion: row.password_version }
}

async function recordFailure(
  context: RequestContext,
  kind: MethodKind,
  { userId, method }: Owner,
  verdict: Verdict,
): Promise<void> {
  const { host, request } = context
  const refused = verdict.ok === true ? 'user-not-verified' : verdict.refused
  const risk = verdict.ok !== true && verdict.risk !== undefined
  const told = noticeInsert(
    noticeOf(context, userId, 'method.suspect', { kind: kind.id }),
    sql`(select 1) seen`,
  )
  await host.db.execute(sql`
    ${risk ? sql`with told as (${told})` : sql``}
    ${auditInsert({
      type: 'signIn.failed',
      userId,
      sessionId: null,
      requestId: request.requestId,
      detail: { kind: kind.id, methodId: method.id, reason: refused, clientAddress: request.clientAddress },
    })}`)
}

/** One statement: the account and the method are still what the proof was checked against, and the session is there. */
async function commit(
  context: RequestContext,
  kind: MethodKind,
  owner: Owner,
  flow: BurnedFlow,
  verdict: Extract<Verdict, { ok: true }>,
): Promise<SignedIn | undefined> {
  const { host, request } = context
  const { userId, method, passwordVersion } = owner
  const token = newToken(userId)
  const id = randomUUID()
  const counter = bigint(verdict.counter ?? null)
  const stored = verdict.stored ? sealStored(host, kind, userId, method.id, verdict.stored) : null
  const proof = {
    kind: kind.id,
    way: flow.way,
    methodId: method.id,
    purposes: ['TWO_FACTOR'],
    factors: 2,
    at: flow.now.toISOString(),
  }
  const expiresAt = new Date(flow.now.getTime() + host.lifetimes.pendingSeconds * 1000)
  const row = await maybeRow(
    host.db,
    sql`
    with entitled as (
      select user_id from security_info.account
      where user_id = ${uuid(userId)} and status = 'ACTIVE' and password_version = ${integer(passwordVersion)}
      for share
    ), go as (
      select id from security_info.method
      where user_id = ${uuid(userId)} and id = ${uuid(method.id)} and state = 'ACTIVE'
        and (${counter} is null or counter is null or counter < ${counter})
        and (${bytes(stored)} is null or stored = ${bytes(owner.sealed)}) and exists (select from entitled)
      for update
    ), used as (
      update security_info.method set counter = coalesce(${counter}, counter), stored = coalesce(${bytes(stored)}, stored),
        failures = 0, last_used_at = ${now}
      where user_id = ${uuid(userId)} and id = ${uuid(method.id)} and exists (select from go)
    ), opened as (
      insert into security_info.session
        (user_id, id, token_hash, password_version, proofs, client, created_at, last_seen_at, expires_at)
      select ${uuid(userId)}, ${uuid(id)}, ${bytes(token.hash)}, ${integer(passwordVersion)}, ${json([proof])},
        ${text(request.client ?? null)}, ${time(flow.now)}, ${now}, ${time(expiresAt)}
      from go
    ), logged as (${auditInsert(
      {
        type: 'signIn.succeeded',
        userId,
        sessionId: id,
        requestId: request.requestId,
        detail: { kind: kind.id, methodId: method.id, clientAddress: request.clientAddress },
      },
      sql`go`,
    )})
    select id from go`,
  )
  return row && enter(context, userId, token)
}
