import type { MethodKind } from '../contract/kind.ts'
import type { Way } from '../contract/plugin.ts'
import { type PolicyDenied, policyDenied, type ResetRefusal, type ResetRefused } from '../errors.ts'
import type { Host } from '../host.ts'
import { heldUntil } from '../policy/coverage.ts'
import { allowedFor, type Policy } from '../policy/document.ts'
import { resetRefusal } from '../policy/person.ts'
import type { MethodRow } from '../session/load.ts'
import type { ActiveReset } from './load.ts'

/** A kind that can be proven next, and its ways. */
export interface ResetOption {
  readonly kind: string
  readonly ways: readonly string[]
}

/** Where a reset stands: computed at each step from what was proven, the methods there are and the policy in force. */
export interface Standing {
  /** How many gates it takes. */
  readonly required: number
  /** How many of the proofs count. */
  readonly proven: number
  readonly ready: boolean
  /** What can be proven next. Before the first proof it is what the policy allows, whoever asks. */
  readonly options: readonly ResetOption[]
  /** Why it can't go on. Only who has proven something hears it. */
  readonly refusal: ResetRefused | null
}

/** Whether whoever holds it has shown that they are more than a stranger. Until then every answer is the same for everybody. */
export function trusted(host: Pick<Host, 'kinds'>, reset: ActiveReset): boolean {
  return reset.account !== null && (reset.rehearsal || provenMethods(host, reset).length > 0)
}

export function standingOf(host: Host, reset: ActiveReset): Standing {
  const required = reset.policy.passwordReset.gates
  if (!trusted(host, reset)) {
    const options = strangersOptions(host, reset.policy)
    return { required, proven: 0, ready: false, options, refusal: null }
  }
  const proven = provenMethods(host, reset).length
  const options = ownOptions(host, reset)
  const refusal = refusalOf(host, reset, proven >= required, options)
  return {
    required,
    proven,
    ready: proven >= required && !refusal,
    options: refusal || proven >= required ? [] : options,
    refusal,
  }
}

/**
 * The methods that were proven and still count: not one that was removed or disabled since or that policy has taken out, no two
 * of one kind or on one device (C11), and nothing that others can find the answers to without another beside it.
 */
export function provenMethods({ kinds }: Pick<Host, 'kinds'>, reset: ActiveReset): readonly MethodRow[] {
  const counted: MethodRow[] = []
  for (const proof of reset.proofs) {
    const kind = kinds.get(proof.kind)
    const method = reset.methods.find(({ id, state }) => id === proof.methodId && state === 'ACTIVE')
    const allowed = kind && resetWays(kind, reset.policy).some(({ id }) => id === proof.way)
    if (method && allowed && counted.every((one) => differs(one, method))) counted.push(method)
  }
  return counted.every((method) => kinds.get(method.kind)?.method.knowledgeBased) ? [] : counted
}

/** Different kinds, and not on one device or address. */
function differs(a: MethodRow, b: MethodRow): boolean {
  return a.kind !== b.kind && (a.authenticator === null || a.authenticator !== b.authenticator)
}

/** Ways of a kind that policy lets count for reset. */
export function resetWays(kind: MethodKind, policy: Policy): readonly Way[] {
  return kind.method.ways.filter((way) => allowedFor(policy, kind.id, way).includes('PASSWORD_RESET'))
}

/** What anybody may try first: never what others can find the answers to. */
function strangersOptions(host: Host, policy: Policy): readonly ResetOption[] {
  return optionsOf(host, policy, (kind) => !kind.method.knowledgeBased)
}

/** What this person can prove now, beside what they have. */
function ownOptions(host: Host, reset: ActiveReset): readonly ResetOption[] {
  return optionsOf(
    host,
    reset.policy,
    (kind) => eligible(host, reset, kind).length > 0,
    (kind, way) => !way.guessable || !reset.closed.has(kind.id),
  )
}

function optionsOf(
  host: Host,
  policy: Policy,
  fits: (kind: MethodKind) => boolean,
  isOpen: (kind: MethodKind, way: Way) => boolean = () => true,
): readonly ResetOption[] {
  return [...host.kinds.values()].filter(fits).flatMap((kind) => {
    const ways = resetWays(kind, policy).flatMap((way) => (isOpen(kind, way) ? [way.id] : []))
    return ways.length > 0 ? [{ kind: kind.id, ways }] : []
  })
}

/** Whether a kind may be proven at this point at all: never first what others can find out. */
export function mayFollow(host: Pick<Host, 'kinds'>, reset: ActiveReset, kind: MethodKind): boolean {
  return !kind.method.knowledgeBased || provenMethods(host, reset).length > 0
}

/**
 * The methods of a kind that may pass the next gate: another kind on another device or address than before (C11), proven by
 * their owner, and not so new that they may be a thief's (H7).
 */
export function eligible(host: Host, reset: ActiveReset, kind: MethodKind): readonly MethodRow[] {
  return candidates(host, reset, kind).filter((method) => heldUntil(host.kinds, method, reset.now) === null)
}

function candidates(host: Host, reset: ActiveReset, kind: MethodKind): readonly MethodRow[] {
  if (resetWays(kind, reset.policy).length === 0 || !mayFollow(host, reset, kind)) return []
  const before = provenMethods(host, reset)
  return reset.methods.filter(
    (method) =>
      method.kind === kind.id && method.state === 'ACTIVE' && before.every((one) => differs(one, method)),
  )
}

/** Why the kind that was asked for can't be proven now, where another one could. */
export function kindRefused(host: Host, reset: ActiveReset, kind: MethodKind): ResetRefused | PolicyDenied {
  const [until] = candidates(host, reset, kind).flatMap((one) => heldUntil(host.kinds, one, reset.now) ?? [])
  if (until) return resetRefused('HELD', until)
  const has = reset.methods.some((method) => method.kind === kind.id && method.state === 'ACTIVE')
  return policyDenied(`methods.${kind.id}`, has ? 'reset.provenAlready' : 'reset.noneOfKind')
}

/** What is closed for longer is closed for good. */
const A_YEAR = 365 * 86_400_000

function refusalOf(
  host: Host,
  reset: ActiveReset,
  proven: boolean,
  options: readonly ResetOption[],
): ResetRefused | null {
  const refused = reset.account && resetRefusal(reset.policy, reset.account)
  if (refused) return resetRefused(refused)
  if (proven || options.length > 0) return null
  const left = [...host.kinds.values()].filter((kind) => mayFollow(host, reset, kind))
  const soon = reset.now.getTime() + A_YEAR
  const waiting = left.flatMap((kind) =>
    candidates(host, reset, kind).flatMap((method) => {
      const until = heldUntil(host.kinds, method, reset.now) ?? reset.closed.get(kind.id)
      return until && until.getTime() < soon ? [until] : []
    }),
  )
  const [first] = waiting.toSorted((a, b) => a.getTime() - b.getTime())
  const closed = left.some((kind) => reset.closed.has(kind.id) && eligible(host, reset, kind).length > 0)
  if (first) return resetRefused(closed ? 'LOCKED' : 'HELD', first)
  const disabled = reset.methods.some((method) => method.state !== 'ACTIVE')
  return resetRefused(closed || disabled ? 'ADMINISTRATOR_NEEDED' : 'NOT_ENOUGH_METHODS')
}

function resetRefused(reason: ResetRefusal, until: Date | null = null): ResetRefused {
  const values = until ? { until } : {}
  return { type: 'ResetRefused', code: `reset.${reason}`, reason, until, values }
}
