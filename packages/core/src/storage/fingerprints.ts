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
      return createHmac('sha256', known).update(`${scope}\0${value}`).digest('base64url')
    },
  }
}
