import { z } from 'zod'
import { type EmailAddress, parseAddress } from './address.ts'

/**
 * Who a mail is from: an address, and the name that people see beside it. Reads `ada@example.org`,
 * `Ada <ada@example.org>` and `"Lovelace, Ada" <ada@example.org>`.
 */
function parseMailbox(text: string): (EmailAddress & { readonly name: string }) | undefined {
  if (/[\p{Cc}\u2028\u2029]/u.test(text)) return undefined
  const named = /^([^<>]*)<([^<>]*)>$/.exec(text.trim())
  const address = parseAddress(named?.[2] ?? text)
  if (!address) return undefined
  const name = (named?.[1] ?? '').trim().replace(/^"(.*)"$/, '$1')
  return name.includes('"') ? undefined : { ...address, name }
}

/** An option that holds one mailbox. */
export const mailbox = z.string().transform((text, context) => {
  const parsed = parseMailbox(text)
  if (parsed) return parsed
  context.addIssue({
    code: 'custom',
    message: `it is ${JSON.stringify(text)}, expected "Name <address@example.org>" or an address alone`,
  })
  return z.NEVER
})
