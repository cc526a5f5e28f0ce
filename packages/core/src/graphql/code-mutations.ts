import { resendCode } from '../lifecycle/resend.ts'
import { access } from './access.ts'
import { decodeFlowId } from './ids.ts'
import type { MutationParts } from './mutation-parts.ts'
import { sessionOf, typeOf } from './results.ts'

/** Mutations about codes that are sent. */
export function defineCodeMutations({ builder, errors, flows }: MutationParts) {
  const input = builder.inputType('ResendCodeInput', {
    description: 'For which flow, and how.',
    fields: (t) => ({
      flowId: t.id({ required: true, description: 'The id of the enrolment or challenge.' }),
      way: t.string({
        description: 'Another way to the same number ("call me instead"); as before, where left out.',
      }),
    }),
  })
  const result = builder.unionType('ResendCodeResult', {
    description: 'What `resendCode` gives.',
    types: [
      flows.resendCodePayload,
      errors.flowEnded,
      errors.rateLimited,
      errors.invalidInput,
      errors.deliveryFailed,
    ],
    resolveType: typeOf,
  })
  builder.mutationField('resendCode', (t) =>
    t.field({
      type: result,
      description:
        'Sends a new code for an enrolment or challenge, from `CodeSent.resendAt` on. The one before it stops working, and attempts are not refilled.',
      extensions: access('session'),
      args: { input: t.arg({ type: input, required: true, description: 'For which flow, and how.' }) },
      resolve: async (_root, args, context) =>
        resendCode(context, await sessionOf(context), {
          ...decodeFlowId(args.input.flowId),
          way: args.input.way ?? null,
        }),
    }),
  )
}
