import { type CodeSentView, codeProof, type Handlers, refuse } from '@security-info/core'
import { z } from 'zod'
import { admitted, refusalOf, takesTexts } from './admission.ts'
import { decoyMask, keptNumber, masked, type Phone } from './numbers.ts'
import type { PhonePolicy } from './policy.ts'
import type { PhoneSchema } from './schema.ts'

/** E.164, without an extension. */
export const stored = z.object({ number: z.string() })
export const enrolling = z.object({ number: z.string() })
export const challenging = z.object({})
type Stored = z.infer<typeof stored>
type Challenging = z.infer<typeof challenging>

export function createHandlers(): Handlers<'phone', PhoneSchema, Stored, Stored, Challenging, PhonePolicy> {
  return {
    inputs: { confirm: codeProof(), proof: codeProof() },

    async begin({ way, policy }, input, own) {
      const number = admitted(input.number, way, policy)
      if ('ok' in number) return number
      // Only their own: whether somebody else has this number is nobody's business, and two people may share one.
      if (own.some((method) => method.stored.number === number.e164)) {
        return refuse('phone.alreadyRegistered', { path: ['number'] })
      }
      return {
        view: shown(number),
        pending: { number: number.e164 },
        deliver: { to: number.e164 },
      }
    },

    async confirm({ codeOk, pending: { number } }) {
      if (!codeOk) return refuse('wrong-proof')
      // No `uniqueKey`: two people may share a phone. By text and by call it is one and the same.
      return { stored: { number }, authenticator: `tel:${number}` }
    },

    async challenge({ userId, way, policy }, of) {
      const [method] = of
      if (!method) return { view: { destination: decoyMask(userId, policy.region) }, pending: {} }
      const number = keptNumber(method.stored.number)
      const refused = refusalOf(number, way, policy)
      if (refused) return refused
      return { view: { destination: masked(number) }, pending: {}, deliver: { to: number.e164 } }
    },

    retyped({ way, policy }, of, typed) {
      // What `challenge` would refuse of a kept number is refused here, for whoever types it: so that it does not tell.
      const number = admitted(typed.number, way, policy)
      if ('ok' in number) return number
      const method = of.find(({ stored }) => stored.number === number.e164)
      return { countedAs: number.e164, view: shown(number), ...(method && { methodId: method.id }) }
    },

    async verify({ codeOk }, of) {
      const [method] = of
      return codeOk && method ? { ok: true, methodId: method.id } : refuse('wrong-proof')
    },

    describe: (list) =>
      list.map((method, index) => {
        const number = keptNumber(method.stored.number)
        const hint = masked(number)
        // Core gives them in the order in which they were registered.
        return { number: hint, hint, primary: index === 0, canText: takesTexts(number) }
      }),
  }
}

/** A number that was typed: masked, with a word on what was left out of it. */
function shown(number: Phone): CodeSentView {
  return { destination: masked(number), ...(number.extension ? { note: 'phone.extensionIgnored' } : {}) }
}
