import PostalMime, { type Address } from 'postal-mime'
import type { Envelope } from './server-process.ts'

/** A mail as it arrived, decoded. */
export interface Mail {
  /** Of the header; who it was really sent by and to says the envelope. */
  readonly from: string
  readonly to: readonly string[]
  readonly subject: string
  readonly text: string
  readonly html: string
  /** By name in lower case; several values where a header came more than once. */
  readonly headers: Readonly<Record<string, readonly string[]>>
  readonly envelope: Envelope
  /** All of it, undecoded. */
  readonly raw: string
  readonly at: Date
}

/** Decodes what the SMTP server was given. Parts that are missing are empty. */
export async function parseMail(raw: Uint8Array, envelope: Envelope): Promise<Mail> {
  const { from, to = [], subject = '', text = '', html = '', headers } = await PostalMime.parse(raw)
  const byName: Record<string, string[]> = {}
  for (const { key, value } of headers) byName[key] = [...(byName[key] ?? []), value]
  return {
    from: from ? (addressesIn(from)[0] ?? '') : '',
    to: to.flatMap(addressesIn),
    subject,
    text,
    html,
    headers: byName,
    envelope,
    raw: Buffer.from(raw).toString('utf8'),
    at: new Date(),
  }
}

function addressesIn(address: Address): readonly string[] {
  return address.group ? address.group.map((member) => member.address) : [address.address]
}
