import { type Confirmed, confirmEnrollment } from '../lifecycle/confirm.ts'
import { beginEnrollment } from '../lifecycle/enroll.ts'
import { type Managed, removeMethod, updateMethod } from '../lifecycle/manage.ts'
import { finishRegistration, snoozeRegistration } from '../lifecycle/registration.ts'
import type { ActiveSession } from '../session/load.ts'
import { access, credential } from './access.ts'
import type { BaseTypes } from './base-types.ts'
import type { SecurityBuilder } from './builder.ts'
import type { ComposedInputs } from './compose.ts'
import { describeMethods } from './describe.ts'
import type { ErrorTypes } from './error-types.ts'
import type { FlowTypes } from './flow-types.ts'
import { decodeId } from './ids.ts'
import { type Granted, grant, grantedPayload, sessionOf, typeOf } from './results.ts'
import type { SessionTypes } from './session-types.ts'

type ConfirmPayload = Granted<'ConfirmEnrollmentPayload'> & { readonly methodId: string }
interface Updated extends Omit<Managed, 'type'> {
  readonly type: 'UpdateMethodPayload'
}
interface Removed {
  readonly type: 'RemoveMethodPayload'
  readonly session: ActiveSession
}

interface Parts {
  readonly builder: SecurityBuilder
  readonly base: BaseTypes
  readonly errors: ErrorTypes
  readonly sessions: SessionTypes
  readonly flows: FlowTypes
  readonly inputs: ComposedInputs
}

/** Mutations that register, change and remove methods. */
export function defineMethodMutations(parts: Parts) {
  defineEnrollment(parts)
  defineManagement(parts)
  defineRegistration(parts)
}

function defineEnrollment({ builder, base, errors, sessions, flows, inputs }: Parts) {
  const beginInput = builder.inputType('BeginEnrollmentInput', {
    description: 'What to set up.',
    fields: (t) => ({
      method: t.field({
        type: inputs.begin,
        required: true,
        description: 'The kind, and what it needs to begin.',
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
          replaces: input.replaces ? decodeId('Method', input.replaces) : null,
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
  const confirmPayload = builder.objectRef<ConfirmPayload>('ConfirmEnrollmentPayload').implement({
    description: 'The method is registered.',
    fields: (t) => ({
      method: t.field({
        type: base.method,
        nullable: true,
        description: 'The new method; null where it was removed again meanwhile.',
        resolve: async (parent, _args, context) =>
          (await describeMethods(context, parent.session)).find((one) => one.id === parent.methodId) ?? null,
      }),
      session: t.field({
        type: sessions.session,
        description: 'The session as it is now.',
        resolve: (p) => p.session,
      }),
      token: t.field({
        type: 'OneTimeSecret',
        nullable: true,
        description:
          "The session's new token; the one before it no longer works. Null where a cookie keeps it.",
        resolve: (parent) => parent.token,
      }),
    }),
  })
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

function defineManagement({ builder, base, errors, sessions }: Parts) {
  const updateInput = builder.inputType('UpdateMethodInput', {
    description: 'What to change; what is left out stays.',
    fields: (t) => ({
      methodId: t.id({ required: true, description: 'Which method.' }),
      label: t.string({ description: 'Its new name, 1 to 64 characters.' }),
      makeDefault: t.boolean({
        required: true,
        defaultValue: false,
        description: 'Ask for it first at sign-in.',
      }),
      defaultWay: t.string({
        description: 'The way sign-in asks for first, such as `code`; makes it the default.',
      }),
    }),
  })
  const updatePayload = builder.objectRef<Updated>('UpdateMethodPayload').implement({
    description: 'The method was changed.',
    fields: (t) => ({
      method: t.field({
        type: base.method,
        nullable: true,
        description: 'The method as it is now.',
        resolve: async (parent, _args, context) =>
          (await describeMethods(context, parent.session)).find((one) => one.id === parent.methodId) ?? null,
      }),
      securityInfo: t.field({
        type: sessions.securityInfo,
        description: 'Everything as it is now.',
        resolve: (parent) => parent.session,
      }),
    }),
  })
  const changeErrors = [
    errors.flowEnded,
    errors.freshProofRequired,
    errors.policyDenied,
    errors.invalidInput,
    errors.notFound,
  ]
  const updateResult = builder.unionType('UpdateMethodResult', {
    description: 'What `updateMethod` gives.',
    types: [updatePayload, ...changeErrors],
    resolveType: typeOf,
  })
  builder.mutationField('updateMethod', (t) =>
    t.field({
      type: updateResult,
      description: 'Renames a method or makes it the default; the latter needs a fresh proof.',
      extensions: access('register'),
      args: { input: t.arg({ type: updateInput, required: true, description: 'What to change.' }) },
      resolve: async (_root, { input }, context) => {
        const result = await updateMethod(context, await sessionOf(context), {
          methodId: decodeId('Method', input.methodId),
          label: input.label ?? null,
          makeDefault: input.makeDefault,
          defaultWay: input.defaultWay ?? null,
        })
        if (result.type !== 'Managed') return result
        context.replaceSession(result.session)
        return { ...result, type: 'UpdateMethodPayload' as const }
      },
    }),
  )

  const removeInput = builder.inputType('RemoveMethodInput', {
    description: 'Which method to remove.',
    fields: (t) => ({ methodId: t.id({ required: true, description: 'Which method.' }) }),
  })
  const removePayload = builder.objectRef<Removed>('RemoveMethodPayload').implement({
    description: 'The method was removed.',
    fields: (t) => ({
      securityInfo: t.field({
        type: sessions.securityInfo,
        description: 'What is left.',
        resolve: (parent) => parent.session,
      }),
    }),
  })
  const removeResult = builder.unionType('RemoveMethodResult', {
    description: 'What `removeMethod` gives.',
    types: [removePayload, ...changeErrors],
    resolveType: typeOf,
  })
  builder.mutationField('removeMethod', (t) =>
    t.field({
      type: removeResult,
      description: 'Removes a method, unless policy still needs it. Needs a fresh proof.',
      extensions: access('register'),
      args: { input: t.arg({ type: removeInput, required: true, description: 'Which.' }) },
      resolve: async (_root, { input }, context) => {
        const result = await removeMethod(context, await sessionOf(context), {
          methodId: decodeId('Method', input.methodId),
        })
        if (result.type !== 'Managed') return result
        context.replaceSession(result.session)
        return { type: 'RemoveMethodPayload' as const, session: result.session }
      },
    }),
  )
}

function defineRegistration({ builder, errors, sessions }: Parts) {
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
          defaultMethodId: input.defaultMethodId ? decodeId('Method', input.defaultMethodId) : null,
          defaultWay: input.defaultWay ?? null,
        })
        return result.type === 'Finished' ? grant(context, 'FinishRegistrationPayload', result) : result
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
