import type { InputObjectRef, ObjectRef } from '@pothos/core'
import type { Secret } from '../crypto/secret.ts'
import { type Completed, completePasswordReset, finishRehearsal, unlockAccount } from '../reset/complete.ts'
import { type HeldReset, rehearseRecovery } from '../reset/start.ts'
import { credential } from './access.ts'
import type { SecurityTypes } from './builder.ts'
import type { MutationParts } from './mutation-parts.ts'
import type { ResetTypes } from './reset-types.ts'
import { sessionOf, typeOf } from './results.ts'

type TokenInput = InputObjectRef<SecurityTypes, { token: Secret }>
type Held = ObjectRef<SecurityTypes, HeldReset & { readonly type: string }>

/** What a reset is for: a new password, an account that is open again, or the certainty that it would work. */
export function defineResetEnds(
  { builder, errors }: MutationParts,
  resets: ResetTypes,
  tokenInput: TokenInput,
  held: (name: string, description: string) => Held,
) {
  const ended = (name: Completed['type'], description: string, said: string) =>
    builder.objectRef<Completed>(name).implement({
      description,
      fields: (t) => ({
        message: t.string({
          description: 'What was done and what to do now, for people.',
          resolve: (parent, _args, { host, request }) =>
            [said, ...(parent.said ?? [])].map((code) => host.texts.message(code, request.locales)).join(' '),
        }),
      }),
    })
  const refusals = [errors.flowEnded, errors.policyDenied, resets.refused]

  const completeInput = builder.inputType('CompletePasswordResetInput', {
    description: 'The new password.',
    fields: (t) => ({
      token: t.field({ type: 'Secret', required: true, description: 'Of the reset.' }),
      newPassword: t.field({
        type: 'Secret',
        required: true,
        description:
          '8 to 256 characters (15 where it is the only factor), any of them. Refused if it is among the first that are guessed.',
      }),
    }),
  })
  const completeResult = builder.unionType('CompletePasswordResetResult', {
    description: 'What `completePasswordReset` gives.',
    types: [
      ended(
        'CompletePasswordResetPayload',
        'The new password holds, and everything that was open has ended.',
        'reset.completed',
      ),
      errors.invalidInput,
      ...refusals,
    ],
    resolveType: typeOf,
  })
  builder.mutationField('completePasswordReset', (t) =>
    t.field({
      type: completeResult,
      description:
        'Sets the new password once all gates are passed. Ends every session and whatever else was open, and signs nobody in: the second factor is asked for as always.',
      extensions: credential('public'),
      args: { input: t.arg({ type: completeInput, required: true, description: 'The new password.' }) },
      resolve: async (_root, { input }, context) => completePasswordReset(context, input),
    }),
  )

  const unlockResult = builder.unionType('UnlockAccountResult', {
    description: 'What `unlockAccount` gives.',
    types: [
      ended('UnlockAccountPayload', 'Sign-in by password is open again.', 'reset.unlocked'),
      ...refusals,
    ],
    resolveType: typeOf,
  })
  builder.mutationField('unlockAccount', (t) =>
    t.field({
      type: unlockResult,
      description:
        'Opens sign-in after too many wrong passwords, in the place of a new password, once all gates are passed.',
      extensions: credential('public'),
      args: { input: t.arg({ type: tokenInput, required: true, description: 'Which reset.' }) },
      resolve: async (_root, { input }, context) => unlockAccount(context, input),
    }),
  )

  const rehearsed = held('RehearseRecoveryPayload', 'The rehearsal has begun: walk through it like a reset.')
  builder.mutationField('rehearseRecovery', (t) =>
    t.field({
      type: rehearsed,
      description:
        'Begins a rehearsal: prove that a password reset would work, with `beginResetGate` and `verifyResetGate`, without resetting.',
      extensions: credential('active'),
      resolve: async (_root, _args, context) => ({
        type: 'RehearseRecoveryPayload',
        ...(await rehearseRecovery(context, await sessionOf(context))),
      }),
    }),
  )
  const finishResult = builder.unionType('FinishRehearsalResult', {
    description: 'What `finishRehearsal` gives.',
    types: [ended('FinishRehearsalPayload', 'A reset would have worked.', 'reset.rehearsed'), ...refusals],
    resolveType: typeOf,
  })
  builder.mutationField('finishRehearsal', (t) =>
    t.field({
      type: finishResult,
      description:
        'Ends a rehearsal whose gates are all passed. It counts as having looked over the methods: the date to confirm them again moves.',
      extensions: credential('active'),
      args: { input: t.arg({ type: tokenInput, required: true, description: 'Which rehearsal.' }) },
      resolve: async (_root, { input }, context) => finishRehearsal(context, await sessionOf(context), input),
    }),
  )
}
