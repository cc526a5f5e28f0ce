import type { EnumRef, ObjectRef } from '@pothos/core'
import { type IssuedPass, issueAccessPass, type RevokedPass, revokeAccessPass } from '../admin/access-pass.ts'
import type { TokenTransport } from '../context.ts'
import { redeemAccessPass } from '../session/access-pass.ts'
import { credential } from './access.ts'
import type { SecurityTypes } from './builder.ts'
import type { MutationParts } from './mutation-parts.ts'
import { type Granted, grant, sessionOf, typeOf } from './results.ts'

interface SignInTypes {
  readonly transport: EnumRef<SecurityTypes, TokenTransport>
  readonly signInPayload: ObjectRef<SecurityTypes, Granted<'SignInPayload'>>
}

/** Temporary access passes: an administrator issues one, its holder gets into the wizard. */
export function defineAccessPassMutations(
  { builder, errors }: MutationParts,
  { transport, signInPayload }: SignInTypes,
) {
  const redeemInput = builder.inputType('RedeemAccessPassInput', {
    description: 'Who, and the pass.',
    fields: (t) => ({
      identifier: t.string({
        required: true,
        description: 'The work or school account, such as an address.',
      }),
      pass: t.field({
        type: 'Secret',
        required: true,
        description: 'As it was given; capitals, spaces and hyphens do not matter.',
      }),
      transport: t.field({
        type: transport,
        required: true,
        defaultValue: 'BEARER',
        description: 'Where the token of the new session is kept.',
      }),
    }),
  })
  const redeemResult = builder.unionType('RedeemAccessPassResult', {
    description: 'What `redeemAccessPass` gives.',
    types: [signInPayload, errors.signInRejected, errors.rateLimited],
    resolveType: typeOf,
  })
  builder.mutationField('redeemAccessPass', (t) =>
    t.field({
      type: redeemResult,
      description:
        'Signs in with a temporary access pass: into the wizard, to set up what the person proves with from now on, and no further. Ends with "Done"; then they sign in as always.',
      extensions: credential('public'),
      args: { input: t.arg({ type: redeemInput, required: true, description: 'Who, and the pass.' }) },
      resolve: async (_root, { input }, context) => {
        const result = await redeemAccessPass(context, input)
        return result.type === 'SignedIn' ? grant(context, 'SignInPayload', result, input.transport) : result
      },
    }),
  )

  const refusals = [errors.freshProofRequired, errors.policyDenied, errors.notFound, errors.flowEnded]
  const issueInput = builder.inputType('IssueAccessPassInput', {
    description: 'For whom, and how long.',
    fields: (t) => ({
      identifier: t.string({ required: true, description: 'The account it is for; never your own.' }),
      minutes: t.int({
        description: 'How long it works: 10 minutes to 30 days (43200), as far as policy lets it.',
      }),
      once: t.boolean({
        required: true,
        defaultValue: true,
        description: 'Whether one sign-in uses it up.',
      }),
    }),
  })
  const issued = builder.objectRef<IssuedPass>('IssueAccessPassPayload').implement({
    description: 'The pass was issued; one that the person had before no longer works.',
    fields: (t) => ({
      pass: t.expose('pass', {
        type: 'OneTimeSecret',
        description: 'Give it to the person, and to nobody else. It can never be read again.',
      }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When it stops working.' }),
      once: t.exposeBoolean('once', { description: 'Whether one sign-in uses it up.' }),
    }),
  })
  const issueResult = builder.unionType('IssueAccessPassResult', {
    description: 'What `issueAccessPass` gives.',
    types: [issued, errors.invalidInput, ...refusals],
    resolveType: typeOf,
  })
  builder.mutationField('issueAccessPass', (t) =>
    t.field({
      type: issueResult,
      description:
        'Issues a temporary access pass to somebody who has lost what they prove with. Needs a proof that was given for this very act: `FreshProofRequired.act` says what to pass to `beginChallenge`. The person is told.',
      extensions: credential('administrator'),
      args: { input: t.arg({ type: issueInput, required: true, description: 'For whom.' }) },
      resolve: async (_root, { input }, context) => {
        const { identifier, minutes = null, once } = input
        const result = await issueAccessPass(context, await sessionOf(context), { identifier, minutes, once })
        if (result.type === 'IssueAccessPassPayload') context.replaceSession(result.session)
        return result
      },
    }),
  )

  const revokeInput = builder.inputType('RevokeAccessPassInput', {
    description: 'Whose.',
    fields: (t) => ({ identifier: t.string({ required: true, description: 'The account it was for.' }) }),
  })
  const revoked = builder.objectRef<RevokedPass>('RevokeAccessPassPayload').implement({
    description: 'The person has no pass any more, and sessions that were opened with one have ended.',
    fields: (t) => ({
      revoked: t.exposeBoolean('revoked', { description: 'Whether there was one.' }),
    }),
  })
  const revokeResult = builder.unionType('RevokeAccessPassResult', {
    description: 'What `revokeAccessPass` gives.',
    types: [revoked, ...refusals],
    resolveType: typeOf,
  })
  builder.mutationField('revokeAccessPass', (t) =>
    t.field({
      type: revokeResult,
      description: 'Takes a temporary access pass back. Needs a proof that was given for this very act.',
      extensions: credential('administrator'),
      args: { input: t.arg({ type: revokeInput, required: true, description: 'Whose.' }) },
      resolve: async (_root, { input }, context) => {
        const result = await revokeAccessPass(context, await sessionOf(context), input)
        if (result.type === 'RevokeAccessPassPayload') context.replaceSession(result.session)
        return result
      },
    }),
  )
}
