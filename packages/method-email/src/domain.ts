/** Letters, digits and marks of any script, hyphens, and the dots that IDNA knows; nothing that a URL would read as more. */
const LABELS = /^[\p{L}\p{M}\p{N}\u00b7.\-\u3002\uff0e\uff61]+$/u
/** RFC 1035 2.3.4 and 2.3.1, as RFC 5321 4.1.2 has it. */
const LONGEST_DOMAIN = 253
const LABEL = /^(?!-)[a-z0-9-]{1,63}(?<!-)$/

/**
 * A domain as it is compared and sent: lower case, its international labels in ASCII (UTS 46). `undefined` where it is none.
 */
export function canonicalDomain(text: string): string | undefined {
  if (text.length > LONGEST_DOMAIN || !LABELS.test(text)) return undefined
  const ascii = hostOf(text)
  if (ascii === undefined || ascii.length > LONGEST_DOMAIN) return undefined
  const labels = ascii.split('.')
  // No top-level domain begins with a digit (RFC 3696 2): what does is an IP address, or nothing.
  const top = labels.at(-1) ?? ''
  return labels.length >= 2 && labels.every((label) => LABEL.test(label)) && !/^[0-9]/.test(top)
    ? ascii
    : undefined
}

/** The URL parser is the one IDNA that the language has. */
function hostOf(domain: string): string | undefined {
  return URL.canParse(`http://${domain}`) ? new URL(`http://${domain}`).hostname : undefined
}

/** Whether a domain is one of these, or below one of them. */
export function isWithin(domain: string, domains: readonly string[]): boolean {
  return domains.some((one) => domain === one || domain.endsWith(`.${one}`))
}
