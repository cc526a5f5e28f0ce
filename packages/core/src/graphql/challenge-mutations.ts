import type { RequestContext } from '../context.ts'
import type { Secret } from '../crypto/secret.ts'
import { beginChallenge } from '../lifecycle/challenge.ts'
import type { OneOf } from '../lifecycle/input.ts'
import { type Proven, verifyChallenge } from '../lifecycle/verify.ts'
import { access, credential } from './access.ts'
import { decodeId } from './ids.ts'
import type { MutationParts } from './mutation-parts.ts'
import { type Granted, grant, grantedPayload, sessionOf, typeOf } from './results.ts'

interface Verified extends Granted<'VerifyChallengePayload'> {
  readonly deviceToken: Secret | null
}

/** Mutations that ask for a proof of a registered method and check it. */
export function defineChallengeMutations({ builder, errors, sessions, flows, inputs }: MutationParts) {
  const { ask } = inputs
  const beginInput = builder.inputType('BeginChallengeInput', {
    description: 'Which method to prove, and how.',
    fields: (t) => ({
      methodId: t.id({ description: 'From `session.proofOptions`; the default method, where left out.' }),
      way: t.string({ description: 'From `session.proofOptions`; the default way, where left out.' }),
      act: t.string({
        description:
          'For an administrative act: what `FreshProofRequired.act` says. The proof counts for that act alone, and once.',
      }),
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
          act: input.act ?? null,
        }),
    }),
  )

  const verifyInput = builder.inputType('VerifyChallengeInput', {
    description: 'The answer to a challenge.',
    fields: (t) => ({
      challengeId: t.id({ required: true, description: 'From `beginChallenge`.' }),
      proof: t.field({ type: inputs.proof, required: true, description: 'The proof, under its kind.' }),
      rememberDevice: t.boolean({
        required: true,
        defaultValue: false,
        description:
          "Don't ask again on this device, as long as policy lets that be: `deviceToken` is for the next `signIn`.",
      }),
    }),
  })
  const verifyPayload = grantedPayload<Verified>(
    builder,
    sessions.session,
    'VerifyChallengePayload',
    'The proof was right.',
  )
  builder.objectField(verifyPayload, 'deviceToken', (t) =>
    t.field({
      type: 'OneTimeSecret',
      nullable: true,
      description:
        'For `signIn` on this device. Null where it was not to be remembered, where policy has no such devices, and where the browser keeps it in a cookie.',
      resolve: (parent) => parent.deviceToken,
    }),
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
          rememberDevice: input.rememberDevice,
        })
        if (result.type !== 'Proven') return result
        const deviceToken = handDevice(context, result)
        return { ...grant(context, 'VerifyChallengePayload', result), deviceToken }
      },
    }),
  )
}

/** Hands the token of a remembered device to the browser's cookies, or gives it for the payload. */
function handDevice({ request }: RequestContext, { deviceToken, session }: Proven): Secret | null {
  if (!deviceToken) return null
  const seconds = session.policy.rememberDevices.days * 86_400
  request.onDeviceToken?.(deviceToken.reveal(), request.transport, seconds)
  return request.transport === 'COOKIE' ? null : deviceToken
}
