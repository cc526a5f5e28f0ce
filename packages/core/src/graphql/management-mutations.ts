import { type Managed, removeMethod, updateMethod } from '../lifecycle/manage.ts'
import type { ActiveSession } from '../session/load.ts'
import { access } from './access.ts'
import { describeMethods } from './describe.ts'
import { decodeId } from './ids.ts'
import type { MutationParts } from './mutation-parts.ts'
import { sessionOf, typeOf } from './results.ts'

interface Updated extends Omit<Managed, 'type'> {
  readonly type: 'UpdateMethodPayload'
}
interface Removed {
  readonly type: 'RemoveMethodPayload'
  readonly session: ActiveSession
}

/** Mutations that change and remove methods. */
export function defineManagementMutations({ builder, base, errors, sessions }: MutationParts) {
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
