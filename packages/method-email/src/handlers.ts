import { codeProof, type Handlers, type Refusal, refuse } from '@security-info/core'
import { z } from 'zod'
import { type EmailAddress, parseAddress, sameAddress } from './address.ts'
import { MASKED_NOTHING, maskAddress } from './mask.ts'
import { type EmailPolicy, isAllowed } from './policy.ts'
import type { EmailSchema } from './schema.ts'

export const stored = z.object({ address: z.string() })
export const enrolling = z.object({ address: z.string() })
export const challenging = z.object({})
type Stored = z.infer<typeof stored>
type Enrolling = z.infer<typeof enrolling>
type Challenging = z.infer<typeof challenging>

export function createHandlers(): Handlers<
  'email',
  EmailSchema,
  Stored,
  Enrolling,
  Challenging,
  EmailPolicy
> {
  const code = codeProof()

  return {
    inputs: { confirm: code, proof: code },

    async begin({ policy }, input, own) {
      const path = ['address']
      const parsed = parseAddress(input.address)
      if (!parsed) return refuse('email.invalid', { path })
      const { address } = parsed
      if (own.some((method) => sameAddress(method.stored.address) === sameAddress(address))) {
        return refuse('email.alreadyRegistered', { path })
      }
      const refused = domainProblem(policy, parsed)
      if (refused) return { ...refused, path }
      return { view: { destination: maskAddress(address) }, pending: { address }, deliver: { to: address } }
    },

    async confirm({ codeOk, pending: { address }, policy }) {
      if (codeOk !== true) return refuse('wrong-proof')
      // Policy may have become tighter since the code was sent.
      const refused = domainProblem(policy, parseAddress(address))
      return refused ?? { stored: { address }, authenticator: `mailto:${sameAddress(address)}` }
    },

    async challenge({ policy }, [method]) {
      if (!method) return { view: { destination: MASKED_NOTHING }, pending: {} }
      const { address } = method.stored
      const refused = domainProblem(policy, parseAddress(address))
      return refused ?? { view: { destination: maskAddress(address) }, pending: {}, deliver: { to: address } }
    },

    async verify({ codeOk, policy }, [method]) {
      if (codeOk !== true || !method) return refuse('wrong-proof')
      const refused = domainProblem(policy, parseAddress(method.stored.address))
      return refused ?? { ok: true, methodId: method.id }
    },

    describe: (list) =>
      list.map(({ stored: { address } }) => ({
        address: maskAddress(address),
        hint: maskAddress(address),
      })),

    addresses: (list) => list.map(({ stored: { address } }) => ({ channel: 'email', to: address })),
  }
}

/** Why policy has nothing sent there. An address that parses no longer, after a change of the rules, isn't used either. */
function domainProblem(policy: EmailPolicy, parsed: EmailAddress | undefined): Refusal<'email'> | undefined {
  if (!parsed) return refuse('email.invalid')
  const { domain } = parsed
  return isAllowed(policy, domain) ? undefined : refuse('email.domainNotAllowed', { values: { domain } })
}
