import type { EnumRef, ObjectRef } from '@pothos/core'
import type { TokenTransport } from '../context.ts'
import { type BegunPasskeySignIn, beginPasskeySignIn, signInWithPasskey } from '../session/passwordless.ts'
import { credential } from './access.ts'
import type { SecurityTypes } from './builder.ts'
import type { MutationParts } from './mutation-parts.ts'
import { type Granted, grant, typeOf } from './results.ts'

interface SignInTypes {
  readonly transport: EnumRef<SecurityTypes, TokenTransport>
  readonly signInPayload: ObjectRef<SecurityTypes, Granted<'SignInPayload'>>
}

/** Mutations that sign in without a name and password, where a loaded kind can. */
export function definePasskeyMutations(
  { builder, base, errors, inputs, kinds }: MutationParts,
  { transport, signInPayload }: SignInTypes,
) {
  const able = kinds.filter((kind) => kind.handlers.passwordless)
  const [first] = able
  const { passkey } = inputs
  if (!first || !passkey) return
  const beginInput = builder.inputType('BeginPasskeySignInInput', {
    description: 'With what.',
    fields: (t) => ({
      kind: t.string({ description: `The method kind; \`${first.id}\`, where left out.` }),
    }),
  })
  const beginPayload = builder.objectRef<BegunPasskeySignIn>('BeginPasskeySignInPayload').implement({
    description: 'The sign-in has begun.',
    fields: (t) => ({
      token: t.expose('token', {
        type: 'OneTimeSecret',
        description: 'Holds this sign-in; send it back with the proof.',
      }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When it ends.' }),
      step: t.expose('step', { type: base.challengeStep, description: 'What the browser is asked for.' }),
    }),
  })
  const beginResult = builder.unionType('BeginPasskeySignInResult', {
    description: 'What `beginPasskeySignIn` gives.',
    types: [beginPayload, errors.policyDenied, errors.notFound, errors.rateLimited],
    resolveType: typeOf,
  })
  builder.mutationField('beginPasskeySignIn', (t) =>
    t.field({
      type: beginResult,
      description:
        'Begins a sign-in with a passkey: no name, no password. The same for everybody; who it is, the proof says.',
      extensions: credential('public'),
      args: {
        input: t.arg({ type: beginInput, required: true, defaultValue: {}, description: 'With what.' }),
      },
      resolve: async (_root, { input }, context) => {
        const kind = able.find(({ id }) => id === (input.kind ?? first.id))
        return kind
          ? beginPasskeySignIn(context, kind)
          : ({ type: 'NotFound', code: 'method.notFound' } as const)
      },
    }),
  )

  const signInInput = builder.inputType('SignInWithPasskeyInput', {
    description: 'The proof.',
    fields: (t) => ({
      token: t.field({ type: 'Secret', required: true, description: 'From `beginPasskeySignIn`.' }),
      proof: t.field({ type: passkey, required: true, description: 'The proof, under its kind.' }),
      transport: t.field({
        type: transport,
        required: true,
        defaultValue: 'BEARER',
        description: 'Where the token of the new session is kept.',
      }),
    }),
  })
  const signInResult = builder.unionType('SignInWithPasskeyResult', {
    description: 'What `signInWithPasskey` gives.',
    types: [signInPayload, errors.signInRejected, errors.invalidInput],
    resolveType: typeOf,
  })
  builder.mutationField('signInWithPasskey', (t) =>
    t.field({
      type: signInResult,
      description:
        'Signs in with a passkey. Its owner was verified by it, so it counts as two factors and nothing more is asked for.',
      extensions: credential('public'),
      args: { input: t.arg({ type: signInInput, required: true, description: 'The proof.' }) },
      resolve: async (_root, { input }, context) => {
        const { token, proof } = input
        const result = await signInWithPasskey(context, { token, proof })
        return result.type === 'SignedIn' ? grant(context, 'SignInPayload', result, input.transport) : result
      },
    }),
  )
}
