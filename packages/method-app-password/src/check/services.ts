import { Secret } from '@security-info/core'
import { z } from 'zod'
import { scope } from '../policy.ts'
import { sameText } from './same-text.ts'

const SHORTEST_KEY = 24

/** A server that may ask, with a key of its own: what one can ask, another can't. */
export const service = z.strictObject({
  /** Tells one from another for people. */
  name: z
    .string()
    .regex(/^[a-z][a-z0-9-]{0,31}$/, 'it is not a name such as "mail": small letters, digits and dashes'),
  /** What it sends in `X-Service-Key`. */
  key: z
    .union([z.string().transform((text) => new Secret(text)), z.instanceof(Secret)], {
      error: 'it is neither text nor a Secret',
    })
    // It is compared with what anybody sends, as often as they like.
    .refine((key) => key.reveal().length >= SHORTEST_KEY, {
      error: `it has fewer than ${SHORTEST_KEY} characters; make one with \`openssl rand -hex 32\``,
    })
    .refine((key) => /^[!-~]*$/.test(key.reveal()), {
      error: 'only visible ASCII characters fit into a header',
    }),
  /** The scopes it may ask for. */
  scopes: z.array(scope).min(1),
})

export type Service = z.output<typeof service>

/** Whose key this is. All are compared, so that the time says nothing about which one it resembles. */
export function serviceOf(services: readonly Service[], key: string | null): Service | undefined {
  return services.filter((one) => sameText(one.key.reveal(), key ?? '')).at(0)
}
