import { createHmac } from 'node:crypto'

const KEY = Buffer.alloc(32, 7)

/** What the bare server keeps of a password, beside the gateway's own hash: it does not have the gateway's key. */
export function bareHash(userId: string, characters: string): string {
  return createHmac('sha256', KEY).update(`${userId} ${characters}`).digest('base64url')
}
