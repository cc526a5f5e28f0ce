import { codeProof, type Handlers, type Refusal, refuse } from '@security-info/core'
import { z } from 'zod'
import { type EmailAddress, mailboxOf, parseAddress, sameAddress } from './address.ts'
import { decoyMask, maskAddress } from './mask.ts'
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
      const parsed = admitted(policy, input.address)
      if ('ok' in parsed) return parsed
      const { address } = parsed
      if (own.some((method) => sameAddress(method.stored.address) === sameAddress(address))) {
        return refuse('email.alreadyRegistered', { path: ['address'] })
      }
      return { view: { destination: maskAddress(address) }, pending: { address }, deliver: { to: address } }
    },

    async confirm({ codeOk, pending: { address }, policy }) {
      if (codeOk !== true) return refuse('wrong-proof')
      // Policy may have become tighter since the code was sent.
      const refused = domainProblem(policy, parseAddress(address))
      return refused ?? { stored: { address }, authenticator: `mailto:${sameAddress(address)}` }
    },

    async challenge({ policy, userId }, [method]) {
      if (!method) return { view: { destination: decoyMask(userId, policy.domains) }, pending: {} }
      const { address } = method.stored
      const refused = domainProblem(policy, parseAddress(address))
      return refused ?? { view: { destination: maskAddress(address) }, pending: {}, deliver: { to: address } }
    },

    retyped({ policy }, of, typed) {
      const parsed = admitted(policy, typed.address)
      if ('ok' in parsed) return parsed
      const { address } = parsed
      const method = of.find(({ stored }) => sameAddress(stored.address) === sameAddress(address))
      return {
        // All spellings and aliases of one mailbox are one, registered or not: else a spelling for each code would tell the two
        // apart. The code itself goes to the registered spelling, never to what was typed.
        countedAs: mailboxOf(address),
        // The mask of what was typed, always: the registered spelling may have other capitals.
        view: { destination: maskAddress(address) },
        ...(method && { methodId: method.id }),
      }
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

/** The address that somebody typed, or why nothing is sent there: decided by what was typed and by policy alone. */
function admitted(policy: EmailPolicy, typed: string): EmailAddress | Refusal<'email'> {
  const path = ['address']
  const parsed = parseAddress(typed)
  if (!parsed) return refuse('email.invalid', { path })
  const refused = domainProblem(policy, parsed)
  return refused ? { ...refused, path } : parsed
}

/** Why policy has nothing sent there. An address that parses no longer, after a change of the rules, isn't used either. */
function domainProblem(policy: EmailPolicy, parsed: EmailAddress | undefined): Refusal<'email'> | undefined {
  if (!parsed) return refuse('email.invalid')
  const { domain } = parsed
  return isAllowed(policy, domain) ? undefined : refuse('email.domainNotAllowed', { values: { domain } })
}
