import { finishRegistration, snoozeRegistration } from '../lifecycle/registration.ts'
import { access } from './access.ts'
import { decodeId } from './ids.ts'
import type { MutationParts } from './mutation-parts.ts'
import { type Granted, grant, grantedPayload, leave, sessionOf, typeOf } from './results.ts'

/** Mutations that end the wizard. */
export function defineRegistrationMutations({ builder, errors, sessions }: MutationParts) {
  const finishInput = builder.inputType('FinishRegistrationInput', {
    description: 'What the review decided.',
    fields: (t) => ({
      defaultMethodId: t.id({
        description: 'The method that sign-in asks for first; as it is, where left out.',
      }),
      defaultWay: t.string({ description: 'The way of it; its strongest, where left out.' }),
    }),
  })
  const finishPayload = grantedPayload<Granted<'FinishRegistrationPayload'>>(
    builder,
    sessions.session,
    'FinishRegistrationPayload',
    'The wizard is done; the session is a full one.',
  )
  const finishResult = builder.unionType('FinishRegistrationResult', {
    description: 'What `finishRegistration` gives.',
    types: [
      finishPayload,
      errors.flowEnded,
      errors.freshProofRequired,
      errors.policyDenied,
      errors.invalidInput,
      errors.notFound,
    ],
    resolveType: typeOf,
  })
  builder.mutationField('finishRegistration', (t) =>
    t.field({
      type: finishResult,
      description:
        '"Done": ends the wizard. Refused while anything is missing. Also confirms that methods are still right.',
      extensions: access('register'),
      args: {
        input: t.arg({
          type: finishInput,
          required: true,
          defaultValue: {},
          description: 'What the review decided.',
        }),
      },
      resolve: async (_root, { input }, context) => {
        const result = await finishRegistration(context, await sessionOf(context), {
          defaultMethodId:
            typeof input.defaultMethodId === 'string' ? decodeId('Method', input.defaultMethodId) : null,
          defaultWay: input.defaultWay ?? null,
        })
        if (result.type !== 'Finished') return result
        const payload = grant(context, 'FinishRegistrationPayload', result)
        if (!result.ended) return payload
        leave(context)
        return { ...payload, token: null }
      },
    }),
  )

  const snoozePayload = grantedPayload<Granted<'SnoozeRegistrationPayload'>>(
    builder,
    sessions.session,
    'SnoozeRegistrationPayload',
    'The wizard was put off; the session is a full one.',
  )
  const snoozeResult = builder.unionType('SnoozeRegistrationResult', {
    description: 'What `snoozeRegistration` gives.',
    types: [snoozePayload, errors.flowEnded, errors.policyDenied],
    resolveType: typeOf,
  })
  builder.mutationField('snoozeRegistration', (t) =>
    t.field({
      type: snoozeResult,
      description: 'Puts the wizard off, where `interrupt.skippable` says that it can be.',
      extensions: access('register'),
      resolve: async (_root, _args, context) => {
        const result = await snoozeRegistration(context, await sessionOf(context))
        return result.type === 'Finished' ? grant(context, 'SnoozeRegistrationPayload', result) : result
      },
    }),
  )
}
