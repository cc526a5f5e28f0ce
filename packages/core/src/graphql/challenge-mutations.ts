import { beginChallenge } from '../lifecycle/challenge.ts'
import type { OneOf } from '../lifecycle/input.ts'
import { verifyChallenge } from '../lifecycle/verify.ts'
import { access, credential } from './access.ts'
import { decodeId } from './ids.ts'
import type { MutationParts } from './mutation-parts.ts'
import { type Granted, grant, grantedPayload, sessionOf, typeOf } from './results.ts'

/** Mutations that ask for a proof of a registered method and check it. */
export function defineChallengeMutations({ builder, errors, sessions, flows, inputs }: MutationParts) {
  const { ask } = inputs
  const beginInput = builder.inputType('BeginChallengeInput', {
    description: 'Which method to prove, and how.',
    fields: (t) => ({
      methodId: t.id({ description: 'From `session.proofOptions`; the default method, where left out.' }),
      way: t.string({ description: 'From `session.proofOptions`; the default way, where left out.' }),
      ...(ask
        ? { ask: t.field({ type: ask, description: 'What the kind needs to know before it asks.' }) }
        : {}),
    }),
  })
  const beginResult = builder.unionType('BeginChallengeResult', {
    description: 'What `beginChallenge` gives.',
    types: [
      flows.beginChallengePayload,
      errors.proofRejected,
      errors.flowEnded,
      errors.rateLimited,
      errors.policyDenied,
      errors.invalidInput,
      errors.notFound,
      errors.deliveryFailed,
    ],
    resolveType: typeOf,
  })
  builder.mutationField('beginChallenge', (t) =>
    t.field({
      type: beginResult,
      description: 'Asks for a proof of a registered method: at sign-in, or before a change.',
      extensions: access('session'),
      args: {
        input: t.arg({ type: beginInput, required: true, defaultValue: {}, description: 'Which, and how.' }),
      },
      resolve: async (_root, { input }, context) =>
        beginChallenge(context, await sessionOf(context), {
          methodId: typeof input.methodId === 'string' ? decodeId('Method', input.methodId) : null,
          way: input.way ?? null,
          ask: (input as { ask?: OneOf | null }).ask ?? null,
        }),
    }),
  )

  const verifyInput = builder.inputType('VerifyChallengeInput', {
    description: 'The answer to a challenge.',
    fields: (t) => ({
      challengeId: t.id({ required: true, description: 'From `beginChallenge`.' }),
      proof: t.field({ type: inputs.proof, required: true, description: 'The proof, under its kind.' }),
    }),
  })
  const verifyPayload = grantedPayload<Granted<'VerifyChallengePayload'>>(
    builder,
    sessions.session,
    'VerifyChallengePayload',
    'The proof was right.',
  )
  const verifyResult = builder.unionType('VerifyChallengeResult', {
    description: 'What `verifyChallenge` gives.',
    types: [verifyPayload, errors.proofRejected, errors.flowEnded, errors.rateLimited, errors.invalidInput],
    resolveType: typeOf,
  })
  builder.mutationField('verifyChallenge', (t) =>
    t.field({
      type: verifyResult,
      description: 'Checks the proof. The attempt is paid for before it is compared.',
      extensions: credential('session'),
      args: { input: t.arg({ type: verifyInput, required: true, description: 'The proof.' }) },
      resolve: async (_root, { input }, context) => {
        const result = await verifyChallenge(context, await sessionOf(context), {
          challengeId: decodeId('Challenge', input.challengeId),
          proof: input.proof,
        })
        return result.type === 'Proven' ? grant(context, 'VerifyChallengePayload', result) : result
      },
    }),
  )
}
