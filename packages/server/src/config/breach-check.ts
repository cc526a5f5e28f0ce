import { z } from 'zod'
import { isLoopback } from '../edge/public-address.ts'

/**
 * `passwords.breachCheck` in the configuration file: a service that knows the passwords of past breaches, such as a mirror of the
 * "Pwned Passwords" of Have I Been Pwned. Nobody is asked where it is left out, and no service is built in: which one hears
 * that somebody here chooses a password, and when, is the operator's to decide.
 *
 * It is asked by k-anonymity, `GET <url>/<5 hex>` with `Add-Padding: true`: the first 5 of the 40 hexadecimal digits of the
 * password's SHA-1, and nothing else of it. It answers with a line `SUFFIX:COUNT` for each password it knows whose hash begins
 * like that; 0 is padding.
 */
export const breachCheck = z.strictObject({
  url: z.string().transform((text, context) => {
    const url = URL.canParse(text) ? new URL(text) : undefined
    const problem = url ? problemOf(url) : 'it is no web address'
    if (url && !problem) return url
    context.addIssue({
      code: 'custom',
      message: `${problem}; expected one such as https://mirror.example.org/range`,
    })
    return z.NEVER
  }),
  /** How long the whole answer may take. Then the password is taken without it. */
  timeoutMs: z.int().min(100).max(10_000).default(1500),
})

/** Where the service is, checked. */
export type BreachCheck = z.output<typeof breachCheck>

/** Whoever changes the answers on the way decides which passwords are good: https, but for this very machine. */
function problemOf(url: URL): string | undefined {
  const { protocol, hostname, username, password, search, hash } = url
  if (protocol !== 'https:' && protocol !== 'http:') return 'it is no web address'
  if (username || password) return 'it has a name or password in it, which nobody would send'
  if (search || hash) return 'it has a "?" or "#", and the 5 digits are put behind its path'
  if (protocol === 'http:' && !isLoopback(hostname))
    return 'it is not https, so others could change its answers'
  return undefined
}
