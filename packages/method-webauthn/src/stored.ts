import { z } from 'zod'

/** How a browser reaches an authenticator (WebAuthn 5.8.4). Unknown ones are dropped: they are only hints. */
const TRANSPORTS = ['usb', 'nfc', 'ble', 'smart-card', 'hybrid', 'internal', 'cable'] as const
export type Transport = (typeof TRANSPORTS)[number]

/** What is kept of a registered key: the credential record of WebAuthn 4. The signature counter is core's. */
export const stored = z.object({
  /** base64url, like all bytes here. */
  credentialId: z.string(),
  /** COSE. */
  publicKey: z.string(),
  transports: z.array(z.enum(TRANSPORTS)),
  aaguid: z.string(),
  /** Whether it may be synced: the backup eligibility, which never changes. */
  deviceType: z.enum(['singleDevice', 'multiDevice']),
  /** Whether it is synced now. */
  backedUp: z.boolean(),
  userHandle: z.string(),
  attestationFormat: z.string(),
})
export type StoredKey = z.infer<typeof stored>

export const enrolling = z.object({ challenge: z.string(), userHandle: z.string() })
/**
 * `passwordless`: nobody had said who they are, so the key has to say it, and to verify them. `reset`: somebody says it who has
 * proven nothing, and hears nothing of what is registered.
 */
export const challenging = z.object({
  challenge: z.string(),
  passwordless: z.boolean(),
  reset: z.boolean().default(false),
})

export function knownTransports(given: readonly string[] | null | undefined): Transport[] {
  return TRANSPORTS.filter((one) => given?.includes(one))
}
