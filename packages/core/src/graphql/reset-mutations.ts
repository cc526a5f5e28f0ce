import { type BegunGate, beginResetGate, resendResetCode } from '../reset/gate.ts'
import { askAdministrator, type HelpAsked } from '../reset/help.ts'
import type { ActiveReset } from '../reset/load.ts'
import { type HeldReset, startPasswordReset } from '../reset/start.ts'
import { verifyResetGate } from '../reset/verify.ts'
import { credential } from './access.ts'
import { decodeId } from './ids.ts'
import type { MutationParts } from './mutation-parts.ts'
import { defineResetEnds } from './reset-ends.ts'
import type { ResetTypes } from './reset-types.ts'
import { typeOf } from './results.ts'

/** Mutations that walk through a password reset. They need no session: a token holds the reset. */
export function defineResetMutations(parts: MutationParts, resets: ResetTypes) {
  const { builder, errors, inputs } = parts
  const methodInput = inputs.reset
  if (!methodInput) return
  const held = (name: string, description: string) =>
    builder.objectRef<HeldReset & { readonly type: string }>(name).implement({
      description,
      fields: (t) => ({
        token: t.expose('token', {
          type: 'OneTimeSecret',
          description: 'Holds the reset from now on; the one before it no longer works.',
        }),
        reset: t.field({
          type: resets.reset,
          description: 'How far it has come.',
          resolve: ({ reset }): ActiveReset => reset,
        }),
      }),
    })

  const startInput = builder.inputType('StartPasswordResetInput', {
    description: 'Who has forgotten their password.',
    fields: (t) => ({
      identifier: t.string({
        required: true,
        description: 'The work or school account, such as an address.',
      }),
    }),
  })
  const startResult = builder.unionType('StartPasswordResetResult', {
    description: 'What `startPasswordReset` gives.',
    types: [
      held('StartPasswordResetPayload', 'The reset has begun: the same for everybody, known or not.'),
      errors.rateLimited,
    ],
    resolveType: typeOf,
  })
  builder.mutationField('startPasswordReset', (t) =>
    t.field({
      type: startResult,
      description:
        '"Forgot my password": begins a reset. The answer is the same whether the account exists; then prove a method with `beginResetGate`.',
      extensions: credential('public'),
      args: { input: t.arg({ type: startInput, required: true, description: 'Who.' }) },
      resolve: async (_root, { input }, context) => startPasswordReset(context, input),
    }),
  )

  const gatePayload = builder.objectRef<BegunGate>('BeginResetGatePayload').implement({
    description: 'The proof is asked for.',
    fields: (t) => ({ gate: t.expose('gate', { type: resets.gate, description: 'What is asked for.' }) }),
  })
  const gateInput = builder.inputType('BeginResetGateInput', {
    description: 'What to prove.',
    fields: (t) => ({
      token: t.field({ type: 'Secret', required: true, description: 'Of the reset.' }),
      method: t.field({
        type: methodInput,
        required: true,
        description: 'The kind, and its number or address typed again.',
      }),
      way: t.string({ description: 'From `options`; the first, where left out.' }),
    }),
  })
  const gateResult = builder.unionType('BeginResetGateResult', {
    description: 'What `beginResetGate` gives.',
    types: [
      gatePayload,
      errors.flowEnded,
      errors.rateLimited,
      errors.policyDenied,
      errors.invalidInput,
      errors.proofRejected,
      errors.deliveryFailed,
      resets.refused,
    ],
    resolveType: typeOf,
  })
  builder.mutationField('beginResetGate', (t) =>
    t.field({
      type: gateResult,
      description:
        'Asks for the proof of a method in a reset. Whether the account, the method or the number exists, the answer is the same; a code is sent only where all of them do.',
      extensions: credential('public'),
      args: { input: t.arg({ type: gateInput, required: true, description: 'What to prove.' }) },
      resolve: async (_root, { input }, context) =>
        beginResetGate(context, { token: input.token, method: input.method, way: input.way ?? null }),
    }),
  )

  const resendInput = builder.inputType('ResendResetCodeInput', {
    description: 'For which proof, and how.',
    fields: (t) => ({
      token: t.field({ type: 'Secret', required: true, description: 'Of the reset.' }),
      gateId: t.id({ required: true, description: 'From `beginResetGate`.' }),
      way: t.string({ description: 'Another way to the same number; as before, where left out.' }),
    }),
  })
  const resendResult = builder.unionType('ResendResetCodeResult', {
    description: 'What `resendResetCode` gives.',
    types: [gatePayload, errors.flowEnded, errors.rateLimited, errors.invalidInput, errors.deliveryFailed],
    resolveType: typeOf,
  })
  builder.mutationField('resendResetCode', (t) =>
    t.field({
      type: resendResult,
      description:
        'Sends a new code in a reset, from `CodeSent.resendAt` on. The one before it stops working, and attempts are not refilled.',
      extensions: credential('public'),
      args: { input: t.arg({ type: resendInput, required: true, description: 'For which proof.' }) },
      resolve: async (_root, { input }, context) =>
        resendResetCode(context, {
          token: input.token,
          gateId: decodeId('ResetGate', input.gateId),
          way: input.way ?? null,
        }),
    }),
  )

  const verifyInput = builder.inputType('VerifyResetGateInput', {
    description: 'The proof.',
    fields: (t) => ({
      token: t.field({ type: 'Secret', required: true, description: 'Of the reset.' }),
      gateId: t.id({ required: true, description: 'From `beginResetGate`.' }),
      proof: t.field({ type: inputs.proof, required: true, description: 'The proof, under its kind.' }),
    }),
  })
  const verifyResult = builder.unionType('VerifyResetGateResult', {
    description: 'What `verifyResetGate` gives.',
    types: [
      held('VerifyResetGatePayload', 'The proof was right. `reset.ready` says whether it was the last.'),
      errors.proofRejected,
      errors.flowEnded,
      errors.rateLimited,
      errors.invalidInput,
    ],
    resolveType: typeOf,
  })
  builder.mutationField('verifyResetGate', (t) =>
    t.field({
      type: verifyResult,
      description: 'Checks a proof in a reset. The attempt is paid for before it is compared.',
      extensions: credential('public'),
      args: { input: t.arg({ type: verifyInput, required: true, description: 'The proof.' }) },
      resolve: async (_root, { input }, context) =>
        verifyResetGate(context, {
          token: input.token,
          gateId: decodeId('ResetGate', input.gateId),
          proof: input.proof,
        }),
    }),
  )

  const tokenInput = builder.inputType('ResetTokenInput', {
    description: 'A password reset by its token.',
    fields: (t) => ({
      token: t.field({ type: 'Secret', required: true, description: 'Of the reset, or the rehearsal.' }),
    }),
  })
  const askResult = builder.unionType('AskAdministratorResult', {
    description: 'What `askAdministrator` gives.',
    types: [
      builder.objectRef<HelpAsked>('AskAdministratorPayload').implement({
        description: 'The request was passed on, if there is such an account.',
        fields: (t) => ({
          message: t.string({
            description: 'What happens now, for people. The same for everybody.',
            resolve: (_parent, _args, { host, request }) =>
              host.texts.message('reset.helpAsked', request.locales),
          }),
        }),
      }),
      errors.flowEnded,
    ],
    resolveType: typeOf,
  })
  builder.mutationField('askAdministrator', (t) =>
    t.field({
      type: askResult,
      description:
        'Asks the administrators for help with a reset. Always possible and always answered alike; asking twice asks once.',
      extensions: credential('public'),
      args: { input: t.arg({ type: tokenInput, required: true, description: 'Which reset.' }) },
      resolve: async (_root, { input }, context) => askAdministrator(context, input),
    }),
  )
  defineResetEnds(parts, resets, tokenInput, held)
}
