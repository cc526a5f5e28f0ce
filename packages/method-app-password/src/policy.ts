import type { Fault } from '@security-info/core'
import { z } from 'zod'
import { isNetwork } from './address.ts'

/** What an app password is for, as services name it: `imap`, `smtp`, `dav`. */
export const scope = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,31}$/,
    'it is not a name such as "imap": small letters, digits and dashes, 32 at most',
  )

const days = z.int().min(0).max(3650)

/** What an organisation may set: `methods.appPassword` in the policy. */
export const policy = z.strictObject({
  /** Whether there are any. Where not, those that exist don't work, and can still be seen and deleted. */
  allowed: z.boolean().default(false),
  /** Whether everybody has to make one before registration is done. */
  required: z.boolean().default(false),
  /** What they can be for. A scope that is taken out works no more, also for those that have it. */
  scopes: z.array(scope).min(1).default(['imap', 'smtp', 'dav']),
  /** How long one lasts where nothing is said, and at most; 0 is without end. The limit holds for those that exist, too. */
  defaultDays: days.default(0),
  maxDays: days.default(0),
  /** One that was not used for so long works no more; 0 is never. */
  idleDays: days.default(0),
  /** Networks (CIDR) they may be used from; none is from everywhere. */
  addresses: z
    .array(
      z
        .string()
        .refine(isNetwork, 'it is not a network such as "192.0.2.0/24", "192.0.2.7/32" or "2001:db8::/32"'),
    )
    .default([]),
  /** Whether a password reset takes them all away. */
  revokeOnReset: z.boolean().default(true),
})

export type AppPasswordPolicy = z.output<typeof policy>

const parsed = new WeakMap<object, AppPasswordPolicy>()

/** A section of a policy that core has parsed. It is the same object as long as that policy is in force. */
export function readPolicy(section: unknown): AppPasswordPolicy {
  const key = typeof section === 'object' && section !== null ? section : {}
  const known = parsed.get(key)
  if (known) return known
  const read = policy.parse(key)
  parsed.set(key, read)
  return read
}

/** What contradicts itself: nobody meant it. */
export function policyFaults(section: unknown): readonly Fault[] {
  const { allowed, required, defaultDays, maxDays } = readPolicy(section)
  return [
    ...(maxDays > 0 && defaultDays > maxDays
      ? [
          fault(
            'defaultDays',
            `it is ${defaultDays}, more than maxDays (${maxDays})`,
            'Lower it, raise maxDays, or leave it out: then maxDays is the default.',
          ),
        ]
      : []),
    ...(required && !allowed
      ? [
          fault(
            'required',
            'everybody is to make an app password, but none are allowed',
            'Set allowed to true, or take required out.',
          ),
        ]
      : []),
  ]
}

function fault(option: string, problem: string, fix: string): Fault {
  return { where: `policy.methods.appPassword.${option}`, problem, fix }
}
