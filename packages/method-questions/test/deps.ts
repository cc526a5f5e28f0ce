import { createHash, randomBytes } from 'node:crypto'
import { hash, verify } from '@node-rs/argon2'
import { type ChallengeStart, type Deps, type Hashes, type Registered, Secret } from '@security-info/core'
import { policy as shape } from '../src/policy.ts'
import type { Given } from '../src/rules.ts'
import type { Stored } from '../src/stored.ts'

/** OWASP Password Storage: argon2id, 19 MiB, 2 passes, 1 lane. */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 }
/** For tests that only count: a hundred are made in no time. */
export const CHEAP = { memoryCost: 64, timeCost: 1, parallelism: 1 }

/** Real argon2id, and what was compared: each call is one run of it. */
export function createHashes(cost = COST): Hashes & { readonly compared: string[] } {
  const secret = randomBytes(32)
  const compared: string[] = []
  return {
    compared,
    hash: (plain) => hash(plain.reveal(), { ...cost, secret }),
    matches(hashed, plain) {
      compared.push(plain.reveal())
      return verify(hashed, plain.reveal(), { secret })
    },
    isOutdated: async () => false,
  }
}

export function createDeps(over: Partial<Deps> = {}): Deps {
  return {
    random: (bytes) => randomBytes(bytes),
    organisation: 'Example Works',
    publicUrl: new URL('http://localhost:4000'),
    hashes: createHashes(),
    signal: async () => false,
    ...over,
  }
}

/** Bytes that look random and are the same in each run, so that what counts them never fails by chance. */
export function steadyRandom(seed: string): Deps['random'] {
  let block = 0
  let left = Buffer.alloc(0)
  return (bytes) => {
    while (left.length < bytes) {
      left = Buffer.concat([left, createHash('sha512').update(`${seed} ${block++}`).digest()])
    }
    const given = left.subarray(0, bytes)
    left = left.subarray(bytes)
    return given
  }
}

export const USER = '6f1c2f9e-4d0b-4a57-9a3e-2b8f7c1d5e60'

export function start(section: object = {}, userId = USER): ChallengeStart<ReturnType<typeof shape.parse>> {
  return {
    flowId: 'flow',
    userId,
    username: 'ada.lovelace@example.org',
    displayName: 'Ada Lovelace',
    way: 'answers',
    purpose: 'PASSWORD_RESET',
    policy: shape.parse(section),
    now: new Date(0),
  }
}

export function attempt<Pending>(pending: Pending, section: object = {}, userId = USER) {
  const at = { userId, now: new Date(0), number: 1, way: 'answers' }
  return { ...at, pending, policy: shape.parse(section) }
}

export function given(answers: Readonly<Record<string, string>>): Given[] {
  return Object.entries(answers).map(([question, answer]) => ({ question, answer: new Secret(answer) }))
}

/** Answers that break no rule, to questions that are predefined. */
export const ANSWERS = {
  'first-desk-mate': 'Thorvald',
  'cuddly-toy': 'Sir Humphrey',
  'hiding-place': 'behind the organ',
  'feared-teacher': 'Krawuttke',
  'lost-as-child': 'Straße nach Köln',
} as const

export function registered(stored: Stored): Registered<Stored> {
  return { id: 'set', label: 'Security questions', counter: null, stored }
}
