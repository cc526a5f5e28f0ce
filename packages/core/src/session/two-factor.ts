import type { Way } from '../contract/plugin.ts'
import type { Host } from '../host.ts'
import { guardsTwoFactor } from '../policy/coverage.ts'
import { allowedFor } from '../policy/document.ts'
import type { SessionProof } from '../storage/tables.ts'
import type { ActiveSession, MethodRow } from './load.ts'

type Facts = Pick<ActiveSession, 'methods' | 'policy' | 'proofs' | 'devices'>

/**
 * Whether a remembered device stands for the second factor: as long as it is not forgotten, nor older than policy has it, and the method
 * is there that was proven on it. It is good for signing in and for nothing else.
 */
export function isRemembered({ proofs, devices, methods }: Facts): boolean {
  return proofs.some(
    ({ kind, deviceId, methodId }) =>
      kind === 'device' &&
      deviceId !== undefined &&
      devices.includes(deviceId) &&
      methods.some((method) => method.id === methodId && method.state === 'ACTIVE'),
  )
}

/** Whether the session was opened with a temporary access pass. */
export function isByPass({ proofs }: Pick<Facts, 'proofs'>): boolean {
  return proofs.some(({ kind }) => kind === 'accessPass')
}

/** A method that can give a two-factor proof now, and how. */
export interface TwoFactorOption {
  readonly method: MethodRow
  readonly ways: readonly [Way, ...Way[]]
}

/** Whether the person has a method that a session must prove, or must have enrolled itself, before it may change any. */
export function hasTwoFactor(host: Host, session: Pick<Facts, 'methods'>): boolean {
  return session.methods.some((method) => guardsTwoFactor(host.kinds, method))
}

export function hasProvenTwoFactor(session: Pick<Facts, 'proofs' | 'methods'>): boolean {
  return twoFactorProofs(session).length > 0
}

/** The session's two-factor proofs. One by a method that was removed since counts no more: it may be the
 * thief's; nor does one that was given for an administrative act. */
export function twoFactorProofs(session: Pick<Facts, 'proofs' | 'methods'>): readonly SessionProof[] {
  return session.proofs.filter(
    (proof) =>
      proof.act === undefined &&
      proof.purposes.includes('TWO_FACTOR') &&
      session.methods.some((method) => method.id === proof.methodId),
  )
}

/**
 * What can give a two-factor proof now. Where policy has just narrowed away everything the person has, the old methods
 * still prove, for a proof by them is more than none: coverage counts only what is allowed, so it leads to the wizard.
 */
export function twoFactorOptions(
  host: Host,
  session: Pick<Facts, 'methods' | 'policy'>,
): readonly TwoFactorOption[] {
  const within = (counts: (kind: string, way: Way) => boolean) =>
    session.methods.flatMap((method): TwoFactorOption[] => {
      const ways = host.kinds.get(method.kind)?.method.ways ?? []
      const [first, ...rest] = ways.filter((way) => counts(method.kind, way))
      return first && method.state !== 'DISABLED' ? [{ method, ways: [first, ...rest] }] : []
    })
  const allowed = within((kind, way) => allowedFor(session.policy, kind, way).includes('TWO_FACTOR'))
  return allowed.length > 0 ? allowed : within((_kind, way) => way.usedFor.includes('TWO_FACTOR'))
}
