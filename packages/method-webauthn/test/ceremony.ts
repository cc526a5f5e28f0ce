import { randomBytes } from 'node:crypto'
import type {
  Attempt,
  ChallengeStart,
  Deps,
  Enrolled,
  Purpose,
  Refusal,
  Registered,
} from '@security-info/core'
import { createHandlers } from '../src/handlers.ts'
import { policy, type WebauthnPolicy } from '../src/policy.ts'
import { ALGORITHMS } from '../src/public-key.ts'
import type { Attachment } from '../src/request.ts'
import type { StoredKey } from '../src/stored.ts'
import { create, type Device, get, type Quirks } from './authenticator.ts'

export type Handlers = ReturnType<typeof createHandlers>
export type Policy = Partial<WebauthnPolicy>

interface Setting {
  readonly publicUrl?: string
  readonly algorithms?: readonly number[]
  readonly roots?: readonly string[]
}

const person = { userId: 'nobody', way: 'key', now: new Date(0) }

/** Handlers as a gateway would have them. */
export function handlersOf({
  publicUrl = 'http://localhost:4000',
  algorithms = ALGORITHMS,
  roots = [],
}: Setting = {}) {
  const deps: Deps = {
    random: (bytes) => new Uint8Array(randomBytes(bytes)),
    organisation: 'Example Works',
    publicUrl: new URL(publicUrl),
    signal: async () => false,
    hashes: { hash: async () => '', matches: async () => false, isOutdated: async () => false },
  }
  return createHandlers(deps, { roots, algorithms })
}
const plain = handlersOf()

export function startOf(given: Policy = {}, purpose: Purpose = 'TWO_FACTOR'): ChallengeStart<WebauthnPolicy> {
  const names = { username: 'ann@example.test', displayName: 'Ann' }
  return { ...person, ...names, purpose, flowId: 'flow', policy: policy.parse(given) }
}

export function attempt<Pending>(pending: Pending, given: Policy = {}): Attempt<Pending, WebauthnPolicy> {
  return { ...person, number: 1, pending, policy: policy.parse(given) }
}

/** Begins to register a key. */
export async function begin(
  handlers: Handlers = plain,
  given: Policy = {},
  own: readonly Registered<StoredKey>[] = [],
  attachment?: Attachment,
  replaced: Registered<StoredKey> | null = null,
) {
  const step = await handlers.begin(startOf(given), { attachment }, own, replaced)
  if ('ok' in step) throw new Error(`refused: ${step.refused}`)
  return { options: step.view.options, pending: step.pending }
}

/** Begins to ask for one. */
export async function ask(
  of: readonly Registered<StoredKey>[],
  handlers: Handlers = plain,
  given: Policy = {},
  purpose: Purpose = 'TWO_FACTOR',
) {
  const step = await handlers.challenge(startOf(given, purpose), of, {})
  if ('ok' in step) throw new Error(`refused: ${step.refused}`)
  return { options: step.view.options, pending: step.pending }
}

/** A whole registration by a key with quirks: what came of it, and the key. */
export async function register(quirks: Quirks = {}, given: Policy = {}, handlers: Handlers = plain) {
  const { options, pending } = await begin(handlers, given)
  const { device, response } = create(options, quirks)
  const result = await handlers.confirm(attempt(pending, given), response)
  return { device, response, pending, result }
}

/** A registered key as core would give it back. */
export function kept(result: Enrolled<StoredKey> | Refusal<'webauthn'>, id = 'key'): Registered<StoredKey> {
  if ('ok' in result) throw new Error(`refused: ${result.refused}`)
  return { id, label: 'Key', stored: result.stored, counter: result.counter ?? null }
}

/** A key that was registered, and core's side of it. */
export async function owned(quirks: Quirks = {}, given: Policy = {}) {
  const { device, result } = await register(quirks, given)
  return { device, method: kept(result) }
}

/** A whole proof by a key with quirks. */
export async function prove(
  { device, method }: { readonly device: Device; readonly method: Registered<StoredKey> },
  quirks: Quirks = {},
  given: Policy = {},
) {
  const { options, pending } = await ask([method], plain, given)
  return plain.verify(attempt(pending, given), [method], get(device, options, quirks))
}
