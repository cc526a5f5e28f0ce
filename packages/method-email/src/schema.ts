import type { SchemaKit } from '@security-info/core'

/** The GraphQL types of email. */
export function createSchema(kit: SchemaKit) {
  const begin = kit.builder.inputType('EmailBeginInput', {
    description: 'The email address to register. A code is sent to it.',
    fields: (t) => ({
      address: t.string({
        required: true,
        description: 'The bare address, without a name: `ada@example.org`. International domains are fine.',
      }),
    }),
  })
  const retyped = kit.builder.inputType('EmailRetypedInput', {
    description: 'The address to prove in a password reset: only one that is registered gets a code.',
    fields: (t) => ({
      address: t.string({ required: true, description: 'The whole address; capitals do not matter.' }),
    }),
  })
  const details = kit.details<{ readonly address: string }>('EmailMethod', {
    description: 'A registered email address. It counts for password reset, and gets notices.',
    fields: (t) => ({
      address: t.exposeString('address', { description: 'The address, masked: `ad***@e***.org`.' }),
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

export type EmailSchema = ReturnType<typeof createSchema>
