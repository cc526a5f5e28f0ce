import { z } from 'zod'
import { canonicalDomain, isWithin } from './domain.ts'

const domain = z.string().transform((text, context) => {
  const canonical = canonicalDomain(text)
  if (canonical !== undefined) return canonical
  context.addIssue({
    code: 'custom',
    message: `it is ${JSON.stringify(text)}, expected a domain: example.org`,
  })
  return z.NEVER
})

/** What an organisation may set for email, under `methods.email` in the policy. */
export const policy = z.object({
  /** Whether the subject shows the code: quick to read, but also on locked screens and in the logs of mail servers. */
  codeInSubject: z.boolean().default(true),
  /** Only addresses in these domains, or below them; empty is all. */
  domains: z.array(domain).default([]),
  /** No addresses in these domains, nor below them, whatever `domains` says. */
  refuseDomains: z.array(domain).default([]),
})
export type EmailPolicy = z.infer<typeof policy>

/** Whether policy lets people use addresses in this domain. */
export function isAllowed({ domains, refuseDomains }: EmailPolicy, domain: string): boolean {
  return (domains.length === 0 || isWithin(domain, domains)) && !isWithin(domain, refuseDomains)
}
