import { uuidFrom } from '../crypto/token.ts'
import type { Host } from '../host.ts'
import { typedIdentifier } from './identifier.ts'

/** Somebody who has only said who they are. */
export interface Whoever {
  /** Canonical. */
  readonly identifier: string
  /**
   * Who they are if nobody has that identifier: always the same nobody, so that its budgets, flows and decoys behave like a
   * person's. It looks like any other id, for it is in tokens.
   */
  readonly phantomId: string
}

export async function whoever(host: Pick<Host, 'fingerprints'>, typed: string): Promise<Whoever> {
  const identifier = typedIdentifier(typed)
  const hash = Buffer.from(await host.fingerprints.of('phantom', identifier), 'base64url')
  return { identifier, phantomId: uuidFrom(likeRandom(hash)) }
}

/** RFC 9562 5.4: version and variant, as in every id that was made at random. */
function likeRandom(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte, index) =>
    index === 6 ? (byte & 0x0f) | 0x40 : index === 8 ? (byte & 0x3f) | 0x80 : byte,
  )
}
