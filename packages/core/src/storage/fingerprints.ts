import { createHmac } from 'node:crypto'

/** Keyed hashes of values that are only ever compared: credential ids, devices, unknown identifiers. */
export interface Fingerprints {
  of(scope: string, value: string): Promise<string>
}

export function createFingerprints(key: () => Promise<Uint8Array>): Fingerprints {
  return {
    async of(scope, value) {
      return createHmac('sha256', await key())
        .update(scope)
        .update('\0')
        .update(value)
        .digest('base64url')
    },
  }
}
