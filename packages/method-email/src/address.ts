import { canonicalDomain } from './domain.ts'

/** RFC 5321 4.5.3.1.3: a path has 256 octets, two of which are its angle brackets. */
const LONGEST_ADDRESS = 254
/** RFC 5321 4.5.3.1.1 */
const LONGEST_LOCAL_PART = 64
/** RFC 5322 3.2.3, dot-atom-text. No quoted strings: nobody has one, and every parser reads them differently. */
const LOCAL_PART = /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*$/

/** An address that one message can be sent to. */
export interface EmailAddress {
  /** As it is kept and sent to: the domain in its canonical form, the local part as it came (RFC 5321 2.4). */
  readonly address: string
  readonly local: string
  readonly domain: string
}

/** Reads a bare address; no display name, comment, route or address literal. `undefined` where it is none. */
export function parseAddress(text: string): EmailAddress | undefined {
  const trimmed = text.trim()
  // An international domain grows when it becomes ASCII, so the length is looked at twice.
  if (trimmed.length > LONGEST_ADDRESS) return undefined
  const at = trimmed.lastIndexOf('@')
  const local = trimmed.slice(0, Math.max(at, 0))
  const domain = canonicalDomain(trimmed.slice(at + 1))
  if (domain === undefined || local.length > LONGEST_LOCAL_PART || !LOCAL_PART.test(local)) return undefined
  const address = `${local}@${domain}`
  return address.length > LONGEST_ADDRESS ? undefined : { address, local, domain }
}

/**
 * What two spellings of one address share. Local parts may tell case apart, but RFC 5321 2.4 asks hosts not to, and a person
 * who writes `Ann@` and `ann@` has one mailbox.
 */
export function sameAddress(address: string): string {
  return address.toLowerCase()
}

/** What all aliases of one mailbox share, for counting only: `ann+bank@` is delivered where `ann@` is, nearly everywhere. */
export function mailboxOf(address: string): string {
  const [local = '', domain = ''] = sameAddress(address).split('@')
  return `${local.split('+')[0] || local}@${domain}`
}
