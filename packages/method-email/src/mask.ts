/**
 * An address that its owner recognises and nobody else can write to: `ro***@l***.example`. Of the local part the first two
 * characters, but never more than half of it; of the domain the first one of its name, and the top-level domain. Three stars
 * each, however much is hidden.
 */
export function maskAddress(address: string): string {
  const [local = '', domain = ''] = address.split('@')
  const labels = domain.split('.')
  return `${beginOf(local, 2)}***@${beginOf(labels[0] ?? '', 1)}***.${labels.at(-1)}`
}

/** What a decoy shows: the shape, and nothing in it. */
export const MASKED_NOTHING = '***@***'

function beginOf(text: string, most: number): string {
  return text.slice(0, Math.min(most, Math.floor(text.length / 2)))
}
