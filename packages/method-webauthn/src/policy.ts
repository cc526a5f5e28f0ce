import type { Fault } from '@security-info/core'
import { z } from 'zod'

/** A web origin as browsers write it: scheme, host and a port that is not the scheme's own. No path, no slash at the end. */
const origin = z
  .string()
  .refine(isOrigin, 'expected an origin such as "https://login.example.org": no path, no slash at the end')

/** WebAuthn 5.1.2: an RP ID is a domain. A look-alike in capitals would hash to something else. */
const domain = z
  .string()
  .regex(
    /^(?!\d+(\.\d+){3}$)([a-z0-9]([a-z0-9-]*[a-z0-9])?)(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/,
    'expected a domain in small letters such as "example.org": no scheme, no port, no address',
  )
  .max(253)

const aaguid = z
  .string()
  .regex(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/, 'expected an AAGUID in small letters')

/** What an organisation may set, `methods.webauthn` in its policy. */
export const policy = z.object({
  /** Whether the key has to check who holds it, by PIN or biometrics. `preferred`: a touch will do, and proves one factor. */
  userVerification: z.enum(['required', 'preferred']).default('required'),
  /** Whether the key keeps the credential, so that it can sign in without a name being typed, and reset a password. */
  residentKey: z.enum(['required', 'preferred', 'discouraged']).default('preferred'),
  /** What browsers are asked to tell about the make of a key. */
  attestation: z.enum(['none', 'direct', 'enterprise']).default('none'),
  /** Refuses keys that can't prove their make with a certificate that leads to a known root. */
  attestationRequired: z.boolean().default(false),
  /** The only models that may be registered; empty: any. Unless attestation is required, a key could lie about its model. */
  allowedAaguids: z.array(aaguid).default([]),
  /** The domain that credentials belong to; the host of the public address where it is left out. Never change it: it voids all keys. */
  rpId: domain.optional(),
  /** Where the ceremonies run: the domain itself or below it. The public address where it is left out. */
  origins: z.array(origin).min(1).optional(),
  /** Origins outside the domain that it lists in `/.well-known/webauthn` (WebAuthn 5.11). */
  relatedOrigins: z.array(origin).default([]),
  /** Whether a ceremony may run in a frame of another site. */
  crossOrigin: z.boolean().default(false),
  /** The sites that may frame it. */
  topOrigins: z.array(origin).default([]),
})

export type WebauthnPolicy = z.output<typeof policy>

/** What the standard calls the relying party: what browsers bind credentials to. */
export interface RelyingParty {
  readonly id: string
  readonly name: string
  readonly origins: readonly string[]
}

/** The relying party that a policy describes. */
export function relyingParty(
  { rpId, origins, relatedOrigins }: WebauthnPolicy,
  { publicUrl, organisation }: { readonly publicUrl: URL; readonly organisation: string },
): RelyingParty {
  const id = rpId ?? publicUrl.hostname
  return { id, name: organisation, origins: [...(origins ?? [publicUrl.origin]), ...relatedOrigins] }
}

/** What no browser would play along with: an address instead of a domain, or an origin outside of it. */
export function policyFaults(
  policy: WebauthnPolicy,
  { publicUrl }: { readonly publicUrl: URL },
): readonly Fault[] {
  const { rpId: id = publicUrl.hostname, origins = [publicUrl.origin] } = policy
  if (!domain.safeParse(id).success) return [addressFault(id)]
  return origins.filter((one) => !isWithin(new URL(one).hostname, id)).map((one) => outsideFault(one, id))
}

/** WebAuthn 5.1.3 step 8: the RP ID is the origin's host or a suffix of it, at a dot. */
function isWithin(host: string, id: string): boolean {
  return host === id || host.endsWith(`.${id}`)
}

function isOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text && /^https?:/.test(text)
}

function addressFault(id: string): Fault {
  return {
    where: 'policy.methods.webauthn.rpId',
    problem: `"${id}", the host of the public address, is no domain, and browsers bind keys to domains only`,
    fix: 'Give the gateway a public address with a name, or take webauthn out of the methods.',
  }
}

function outsideFault(one: string, id: string): Fault {
  return {
    where: 'policy.methods.webauthn.origins',
    problem: `"${one}" is not in the domain "${id}"`,
    fix: `Use an origin of ${id}, set rpId to a domain that has both, or list it in relatedOrigins.`,
  }
}
