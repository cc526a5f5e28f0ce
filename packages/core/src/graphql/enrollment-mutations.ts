import { type Confirmed, confirmEnrollment } from '../lifecycle/confirm.ts'
import { beginEnrollment } from '../lifecycle/enroll.ts'
import { access, credential } from './access.ts'
import { describeMethods } from './describe.ts'
import { decodeId } from './ids.ts'
import type { MutationParts } from './mutation-parts.ts'
import { type Granted, grant, grantedPayload, sessionOf, typeOf } from './results.ts'

type ConfirmPayload = Granted<'ConfirmEnrollmentPayload'> & { readonly methodId: string }

/** Mutations that set methods up. */
export function defineEnrollmentMutations({ builder, base, errors, sessions, flows, inputs }: MutationParts) {
  const beginInput = builder.inputType('BeginEnrollmentInput', {
    description: 'What to set up.',
    fields: (t) => ({
      method: t.field({
        type: inputs.begin,
        required: true,
        description: 'The kind, and what it needs to begin.',
      }),
      way: t.string({
        description:
          'The way to prove it first, from `gateway.methodKinds`; the first that is allowed, where left out.',
      }),
      replaces: t.id({
        description:
          'A method of the same kind to swap for the new one ("I got a new phone"), once that is proven.',
      }),
    }),
  })
  const beginResult = builder.unionType('BeginEnrollmentResult', {
    description: 'What `beginEnrollment` gives.',
    types: [
      flows.beginEnrollmentPayload,
      errors.proofRejected,
      errors.flowEnded,
      errors.freshProofRequired,
      errors.policyDenied,
      errors.limitReached,
      errors.invalidInput,
      errors.notFound,
      errors.rateLimited,
      errors.deliveryFailed,
    ],
    resolveType: typeOf,
  })
  builder.mutationField('beginEnrollment', (t) =>
    t.field({
      type: beginResult,
      description: 'Begins to set a method up. Nothing is registered before `confirmEnrollment`.',
      extensions: access('register'),
      args: { input: t.arg({ type: beginInput, required: true, description: 'What to set up.' }) },
      resolve: async (_root, { input }, context) =>
        beginEnrollment(context, await sessionOf(context), {
          method: input.method,
          way: input.way ?? null,
          replaces: typeof input.replaces === 'string' ? decodeId('Method', input.replaces) : null,
        }),
    }),
  )

  const confirmInput = builder.inputType('ConfirmEnrollmentInput', {
    description: 'The first proof of a new method.',
    fields: (t) => ({
      enrollmentId: t.id({ required: true, description: 'From `beginEnrollment`.' }),
      proof: t.field({ type: inputs.confirm, required: true, description: 'The proof, under its kind.' }),
      label: t.string({
        description: 'A name for it, 1 to 64 characters; one is found where it is left out.',
      }),
      makeDefault: t.boolean({
        required: true,
        defaultValue: false,
        description:
          'Ask for it first at sign-in. The first method for two-factor becomes the default anyway.',
      }),
    }),
  })
  const confirmPayload = grantedPayload<ConfirmPayload>(
    builder,
    sessions.session,
    'ConfirmEnrollmentPayload',
    'The method is registered.',
  )
  builder.objectField(confirmPayload, 'method', (t) =>
    t.field({
      type: base.method,
      nullable: true,
      description: 'The new method; null where it was removed again meanwhile.',
      resolve: async (parent, _args, context) =>
        (await describeMethods(context, parent.session)).find((one) => one.id === parent.methodId) ?? null,
    }),
  )
  const confirmResult = builder.unionType('ConfirmEnrollmentResult', {
    description: 'What `confirmEnrollment` gives.',
    types: [
      confirmPayload,
      errors.proofRejected,
      errors.flowEnded,
      errors.rateLimited,
      errors.freshProofRequired,
      errors.policyDenied,
      errors.limitReached,
      errors.invalidInput,
      errors.notFound,
    ],
    resolveType: typeOf,
  })
  builder.mutationField('confirmEnrollment', (t) =>
    t.field({
      type: confirmResult,
      description: 'Checks the first proof of a new method and registers it.',
      extensions: credential('register'),
      args: { input: t.arg({ type: confirmInput, required: true, description: 'The proof.' }) },
      resolve: async (_root, { input }, context) => {
        const result = await confirmEnrollment(context, await sessionOf(context), {
          enrollmentId: decodeId('Enrollment', input.enrollmentId),
          proof: input.proof,
          label: input.label ?? null,
          makeDefault: input.makeDefault,
        })
        if (result.type !== 'Confirmed') return result
        const { methodId }: Confirmed = result
        return { ...grant(context, 'ConfirmEnrollmentPayload', result), methodId }
      },
    }),
  )
}
