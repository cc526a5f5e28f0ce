import type { SchemaKit } from '@security-info/core'

/** What the owner sees of a registered phone. */
export interface PhoneDetails {
  readonly number: string
  readonly primary: boolean
  readonly canText: boolean
}

/** The GraphQL types of phones. */
export function createSchema(kit: SchemaKit) {
  const begin = kit.builder.inputType('PhoneBeginInput', {
    description: 'The phone to set up. The way, `text` or `call`, says how it gets its first code.',
    fields: (t) => ({
      number: t.string({
        required: true,
        description:
          "As people write it: as it is dialled in the organisation's country, or with + and the country code.",
      }),
    }),
  })
  const retyped = kit.builder.inputType('PhoneRetypedInput', {
    description: 'The phone to prove in a password reset: only a number that is registered gets a code.',
    fields: (t) => ({
      number: t.string({ required: true, description: 'The whole number, as people write it.' }),
    }),
  })
  const details = kit.details<PhoneDetails>('PhoneMethod', {
    description: 'A registered phone, reached by text and by call.',
    fields: (t) => ({
      number: t.exposeString('number', { description: 'Masked: `+1 XXXXXXXX12`.' }),
      primary: t.exposeBoolean('primary', {
        description: 'Whether it is the first of the registered phones; the other one is the alternate.',
      }),
      canText: t.exposeBoolean('canText', {
        description: 'False for a landline: ask for a call.',
      }),
    }),
  })
  return {
    begin,
    confirm: kit.codeProof,
    proof: kit.codeProof,
    retyped,
    setup: kit.codeSent,
    prompt: kit.codeSent,
    details,
  }
}

export type PhoneSchema = ReturnType<typeof createSchema>
