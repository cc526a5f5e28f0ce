import { createHmac, createSecretKey, type KeyObject } from 'node:crypto'

/** Keyed hashes of values that are only ever compared: credential ids, devices, unknown identifiers. */
export interface Fingerprints {
  of(scope: string, value: string): Promise<string>
}

export function createFingerprints(key: () => Promise<Uint8Array>): Fingerprints {
  // Made once: with bytes, each hash would make one.
  let known: KeyObject | undefined
  return {
    async of(scope, value) {
      known ??= createSecretKey(await key())
      const hash = createHmac('sha256', known).update(scope).update('\0')
      // Apart: what is no text, from a method that is broken, is an error here (C14).
      return hash.update(value).digest('base64url')
    },
  }
}
