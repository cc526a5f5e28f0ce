import {
  type Desk,
  type FlowEnded,
  type FreshProofRequired,
  type InvalidInput,
  type LimitReached,
  limitReached,
  type PolicyDenied,
  policyDenied,
  type RequestContext,
} from '@security-info/core'
import { type Entry, hashed, insertEntry, LIMIT, takenSelectors } from './entries.ts'
import { hintOf, makePassword, RANDOM_BYTES, type ReadPassword, shown } from './format.ts'
import { type AppPasswordPolicy, readPolicy } from './policy.ts'
import { uuidOf } from './uuid.ts'
import { grantWish, type Wish } from './wish.ts'

export interface Created {
  readonly type: 'AppPasswordCreatePayload'
  /** The password itself, in groups. It is kept nowhere. */
  readonly password: string
  readonly entry: Entry
  readonly policy: AppPasswordPolicy
  readonly now: Date
}

type CreateProblem = FreshProofRequired | PolicyDenied | InvalidInput | LimitReached | FlowEnded

/** The first groups of two out of 40 passwords are the same once in 26,000 times: then the other candidate is taken. */
const CANDIDATES = 3

/**
 * Makes an app password. It passes by every second step, so it takes a fresh proof, and its owner is told at all addresses.
 * The account is locked while they are counted: there are never 41, however many are made at once (H25).
 */
export async function createAppPassword(
  desk: Desk,
  context: RequestContext,
  wish: Wish,
): Promise<Created | CreateProblem> {
  const person = await desk.person(context)
  const policy = readPolicy(person.policy)
  if (!policy.allowed) return policyDenied('methods.appPassword.allowed', 'appPassword.notAllowed')
  const problem = (await desk.methodMissing(context)) ?? (await desk.staleProof(context))
  if (problem) return problem
  const granted = grantWish(wish, policy, person.now)
  if ('type' in granted) return granted

  const { userId, now } = person
  const id = uuidOf(desk.random(16))
  const candidates = await Promise.all(
    Array.from({ length: CANDIDATES }, async () => {
      const password = makePassword(desk.random(RANDOM_BYTES))
      return { password, hash: await desk.keyedHash(...hashed(userId, password)) }
    }),
  )
  const result = await desk.change<{ password: ReadPassword; entry: Entry }, LimitReached>(context, {
    async write(tx) {
      const taken = await takenSelectors(tx, userId)
      if (taken.length >= LIMIT) return { ok: false, error: limitReached(LIMIT) }
      const free = candidates.find(({ password }) => !taken.includes(password.selector))
      if (!free) throw new Error('Each new app password begins like one that exists. Try again.')
      const { password, hash } = free
      const entry = await insertEntry(tx, { userId, id, selector: password.selector, hash, ...granted })
      return { ok: true, value: { password, entry } }
    },
    audit: { type: 'appPassword.created', detail: { subjectId: id } },
    notice: {
      type: 'appPassword.created',
      subjectId: id,
      // Not its name: whoever made it could speak to the owner through that.
      values: ({ entry }) => ({ hint: hintOf(entry.selector), scopes: entry.scopes.join(', ') }),
    },
  })
  if (result.type !== 'Done') return result
  const { password, entry } = result.value
  return { type: 'AppPasswordCreatePayload', password: shown(password), entry, policy, now }
}
