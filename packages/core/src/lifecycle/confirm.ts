import { randomUUID } from 'node:crypto'
import { type SQL, sql } from 'drizzle-orm'
import { auditInsert } from '../audit/event.ts'
import type { RequestContext } from '../context.ts'
import type { Enrolled } from '../contract/handlers.ts'
import type { MethodKind } from '../contract/kind.ts'
import {
  type FlowEnded,
  flowEnded,
  type InvalidInput,
  type ProofRejected,
  type RateLimited,
} from '../errors.ts'
import { noticeInsert, noticeOf } from '../notices/notice.ts'
import { removeKeeping } from '../notices/removed.ts'
import { type Advanced, advance, withProof, writeSession } from '../session/advance.ts'
import { type ActiveSession, loadByHash, type MethodRow } from '../session/load.ts'
import { lockAccount, lockFlow, lockSession } from '../session/locks.ts'
import { isUniqueViolation, maybeRow } from '../storage/database.ts'
import { bigint, bytes, text, time, uuid } from '../storage/sql.ts'
import { clearLedgers, ENROLLMENT_LEDGER, reopenReset } from './budget.ts'
import { type Claim, claimAttempt } from './claim.ts'
import { defaultAfter, defaultOf } from './default-method.ts'
import { type EnrollmentProblem, enrollmentProblem } from './enroll.ts'
import { leavingTrace, recordFailure } from './failure.ts'
import { heldBySession } from './holder.ts'
import { checkFormat, type OneOf, pick } from './input.ts'
import { cleanLabel, freeLabel } from './label.ts'
import { refusalToBegin, refusalToError } from './refusal.ts'
import { codeCameBack, openAttempt, sealStored } from './sealed.ts'
import { spendFlow } from './spend.ts'

export interface Confirmed extends Advanced {
  readonly type: 'Confirmed'
  readonly methodId: string
}

interface Wish {
  readonly label: string | null
  readonly makeDefault: boolean
}

/** A method being committed, with everything that follows from it. */
interface Registration {
  readonly kind: MethodKind
  readonly claim: Claim
  readonly enrolled: Enrolled<object>
  readonly wish: Wish
}

/** A lost race is decided anew on what the winner left; more than this many in a row is something else. */
const MAX_RACES = 20

/** Checks the first proof of a new method and registers it, all in one statement. */
export async function confirmEnrollment(
  context: RequestContext,
  session: ActiveSession,
  input: { enrollmentId: string; proof: OneOf; label: string | null; makeDefault: boolean },
): Promise<Confirmed | EnrollmentProblem | ProofRejected | FlowEnded | RateLimited | InvalidInput> {
  const { host } = context
  const { kind, value } = pick(host, input.proof)
  const label = input.label === null ? null : cleanLabel(input.label, ['label'])
  if (label !== null && typeof label !== 'string') return label
  const proof = checkFormat(kind.handlers.inputs?.confirm, value, ['proof', kind.id])
  if ('type' in proof) return proof

  const refused = kind.handlers.checkConfirm?.(
    {
      username: session.account.identifier,
      displayName: session.account.displayName,
      policy: session.policy.methods[kind.id] ?? {},
    },
    proof.value,
  )
  if (refused) return refusalToBegin(refused, ['proof', kind.id])

  const holder = heldBySession(session)
  const claim = await claimAttempt(host, holder, 'enrollment', input.enrollmentId, kind.id)
  if ('type' in claim) return claim
  const attempt = openAttempt(host, holder, claim, kind.method.enrolling, proof.value)
  const enrolled = await leavingTrace(context, session, 'enrollment.failed', claim, () =>
    kind.handlers.confirm(attempt, proof.value),
  )
  if ('ok' in enrolled) {
    await recordFailure(context, session, { kind, claim, refusal: enrolled, methodIds: [] })
    return refusalToError(enrolled, claim)
  }
  const registration = { kind, claim, enrolled, wish: { label, makeDefault: input.makeDefault } }
  return register(context, session, registration)
}

/**
 * Decides on what the session sees and commits if that is still so; else looks again. Limit, policy and the two-factor
 * rule are asked each time, so parallel enrolments can't slip past them together.
 */
async function register(
  context: RequestContext,
  first: ActiveSession,
  registration: Registration,
): Promise<Confirmed | EnrollmentProblem | ProofRejected | FlowEnded> {
  let session: ActiveSession | undefined = first
  for (let race = 0; race < MAX_RACES; race++) {
    const { kind, claim } = registration
    const problem = enrollmentProblem(context.host, session, kind, claim.methodId, claim.way)
    if (problem) return problem
    const done = await commit(context, session, registration)
    if (done) return done
    session = await loadByHash(context.host, first.account.userId, first.tokenHash)
    if (!session || session.state === 'SECOND_FACTOR_REQUIRED') return flowEnded
  }
  return flowEnded
}

async function commit(
  context: RequestContext,
  session: ActiveSession,
  { kind, claim, enrolled, wish }: Registration,
): Promise<Confirmed | ProofRejected | undefined> {
  const { host, request } = context
  const { userId, revision } = session.account
  const id = randomUUID()
  const replaces = claim.methodId
  const others = session.methods.filter((method) => method.id !== replaces)
  const replaced = session.methods.find((method) => method.id === replaces)
  const label =
    wish.label ??
    replaced?.label ??
    freeLabel(
      titleOf(context, kind, enrolled),
      others.map((one) => one.label),
    )
  const authenticator = enrolled.authenticator
    ? await host.fingerprints.of('authenticator', enrolled.authenticator)
    : null
  const row: MethodRow = {
    id,
    kind: kind.id,
    label,
    state: 'ACTIVE',
    authenticator,
    createdAt: claim.now,
    lastUsedAt: null,
  }
  const methods = [...others, row]
  const account = defaultAfter(host, session.policy, session.account, methods, {
    prefer: wish.makeDefault || session.account.defaultMethodId === replaces ? id : null,
    proven: { methodId: id, way: claim.way },
  })
  const next = await advance(host, session, {
    now: claim.now,
    methods,
    account: { ...account, revision: revision + 1 },
    registering: session.registering || session.state === 'SECURITY_INFO_REQUIRED',
    proofs: withProof(session.proofs, {
      kind: kind.id,
      way: claim.way,
      methodId: id,
      // What it can be, whatever policy lets it count for: the session need not prove what it has just set up (C9).
      purposes: wayOf(kind, claim.way).usedFor,
      factors: enrolled.factors === 2 ? 2 : 1,
      at: claim.now.toISOString(),
    }),
  })
  const go = sql`go`
  const owner = uuid(userId)
  const statement = sql`
    with unspent as (${lockFlow({ userId, id: session.id }, claim.flowId)}),
    unchanged as (${lockAccount(session, sql`unspent`)}),
    go as (${lockSession(session, sql`unchanged`)}),
    ${removeKeeping(userId, uuid(replaces))},
    added as (
      insert into security_info.method (user_id, id, kind, label, state, stored, counter, authenticator, created_at)
      select ${owner}, ${uuid(id)}, ${text(kind.id)}, ${text(label)}, 'ACTIVE',
        ${bytes(sealStored(host, kind, userId, id, enrolled.stored))}, ${bigint(enrolled.counter ?? null)}, ${text(authenticator)}, ${time(claim.now)}
      from go
    ),
    ${await uniqueKeyInsert(context, kind, enrolled, userId, id)}
    owned as (
      update security_info.account set revision = revision + 1,
        default_method_id = ${uuid(account.defaultMethodId)}, default_way = ${text(account.defaultWay)}
      where user_id = ${owner} and exists (select from go)
    ),
    spent as (${spendFlow(userId, claim.flowId, go)}),
    cleared as (${clearLedgers(owner, [ENROLLMENT_LEDGER], go)}),
    reopened as (${reopenReset(owner, kind.id, go)}),
    advanced as (${writeSession(next, go)}),
    told as (${noticeInsert(
      noticeOf(context, userId, replaces === null ? 'method.enrolled' : 'method.replaced', {
        kind: kind.id,
        methodId: id,
        defaultBefore: defaultOf(session.account),
        ...(replaces !== null && { replacedMethodId: replaces }),
      }),
      go,
    )}),
    logged as (${auditInsert(
      {
        type: 'method.enrolled',
        userId,
        sessionId: session.id,
        requestId: request.requestId,
        detail: {
          kind: kind.id,
          methodId: id,
          flowId: claim.flowId,
          ...(replaces === null ? {} : { replacedMethodId: replaces }),
        },
      },
      go,
    )})
    select id from go`
  try {
    if (!(await maybeRow(host.db, statement))) return undefined
    await codeCameBack(host, userId, claim)
    return { type: 'Confirmed', methodId: id, ...next }
  } catch (error) {
    if (!isUniqueViolation(error)) throw error
    return refusalToError({ ok: false, refused: 'method.taken' }, claim)
  }
}

async function uniqueKeyInsert(
  { host }: RequestContext,
  kind: MethodKind,
  enrolled: Enrolled<object>,
  userId: string,
  methodId: string,
): Promise<SQL> {
  if (enrolled.uniqueKey === undefined) return sql.empty()
  const scope = `method:${kind.id}`
  const value = await host.fingerprints.of(scope, enrolled.uniqueKey)
  return sql`keyed as (
    insert into security_info.unique_key (scope, value, user_id, method_id)
    select ${text(scope)}, ${text(value)}, ${uuid(userId)}, ${uuid(methodId)} from go
  ),`
}

function titleOf({ host, request }: RequestContext, kind: MethodKind, enrolled: Enrolled<object>): string {
  const suggested = cleanLabel(enrolled.suggestedLabel ?? '', [])
  return typeof suggested === 'string' ? suggested : host.texts.of(kind.id, 'title', request.locales)
}

function wayOf(kind: MethodKind, id: string) {
  return kind.method.ways.find((way) => way.id === id) ?? kind.method.ways[0]
}
