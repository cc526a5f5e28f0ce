import { codeProof, type Handlers, refuse } from '@security-info/core'
import { z } from 'zod'
import { refusalOf, takesTexts } from './admission.ts'
import { named } from './country.ts'
import { decoyMask, exampleOf, keptNumber, masked, readNumber } from './numbers.ts'
import type { PhonePolicy } from './policy.ts'
import type { PhoneSchema } from './schema.ts'

/** E.164, without an extension. */
export const stored = z.object({ number: z.string() })
export const enrolling = z.object({ number: z.string() })
export const challenging = z.object({})
type Stored = z.infer<typeof stored>
type Challenging = z.infer<typeof challenging>

const path = ['number']

export function createHandlers(): Handlers<'phone', PhoneSchema, Stored, Stored, Challenging, PhonePolicy> {
  return {
    inputs: { confirm: codeProof(), proof: codeProof() },

    async begin({ way, policy }, input, own) {
      const number = readNumber(input.number, policy.region)
      const expected = { region: named(policy.region), example: exampleOf(policy.region) }
      if (!number) return refuse('phone.notANumber', { path, values: expected })
      if (!number.type) return refuse('phone.invalid', { path, values: expected })
      const refused = refusalOf(number, way, policy)
      if (refused) return { ...refused, path }
      // Only their own: whether somebody else has this number is nobody's business, and two people may share one.
      if (own.some((method) => method.stored.number === number.e164)) {
        return refuse('phone.alreadyRegistered', { path })
      }
      const note = number.extension ? { note: 'phone.extensionIgnored' } : {}
      return {
        view: { destination: masked(number), ...note },
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
