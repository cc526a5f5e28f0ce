import { access, type RequestContext, type SchemaKit } from '@security-info/core'
import { type Created, createAppPassword } from './create.ts'
import {
  type Renamed,
  type Revoked,
  renameAppPassword,
  revokeAllAppPasswords,
  revokeAppPassword,
} from './manage.ts'
import type { AppPasswordRef } from './schema.ts'

/** Which member of a result union a value is. */
const typeOf = ({ type }: { readonly type: string }) => type

/** What changes them: `createAppPassword` and the others. */
export function defineMutations(
  { builder, errors, session, desk }: SchemaKit,
  appPassword: AppPasswordRef,
): void {
  const sessionNow = {
    type: session,
    nullable: true,
    description: 'The session as it is now: in registration, the section is finished.',
    resolve: async (_parent: object, _args: object, context: RequestContext) =>
      (await context.session()) ?? null,
  } as const

  const created = builder.objectRef<Created>('AppPasswordCreatePayload').implement({
    description: 'The app password was made.',
    fields: (t) => ({
      password: t.field({
        type: 'OneTimeSecret',
        description:
          'The password, in groups of four: for the program, in any case, with or without the dashes. Shown this once.',
        resolve: ({ password }) => password,
      }),
      appPassword: t.field({
        type: appPassword,
        description: 'What is kept of it.',
        resolve: (parent) => parent,
      }),
      session: t.field(sessionNow),
    }),
  })
  const renamed = builder.objectRef<Renamed>('AppPasswordRenamePayload').implement({
    description: 'The app password has its new name.',
    fields: (t) => ({
      appPassword: t.field({ type: appPassword, description: 'As it is now.', resolve: (parent) => parent }),
    }),
  })
  const gone = <Name extends string>(name: Name, description: string) =>
    builder.objectRef<Revoked<Name>>(name).implement({
      description,
      fields: (t) => ({
        revoked: t.int({ description: 'How many there were.', resolve: (parent) => parent.revoked }),
        session: t.field(sessionNow),
      }),
    })
  const revoked = gone(
    'AppPasswordRevokePayload',
    'It is gone: from now on, programs that have it are refused.',
  )
  const allRevoked = gone(
    'AppPasswordRevokeAllPayload',
    'They are gone: from now on, programs that have them are refused.',
  )

  const createInput = builder.inputType('AppPasswordCreateInput', {
    description: 'What the new app password is to be.',
    fields: (t) => ({
      name: t.string({
        required: true,
        description: 'The device and program that gets it, 1 to 64 characters: `Mail on the phone`.',
      }),
      scopes: t.stringList({
        description: 'What it may be used for, of `appPasswords.scopes`; all of them, where it is left out.',
      }),
      expiresAt: t.field({
        type: 'DateTime',
        description: 'When it ends by itself; `appPasswords.defaultExpiresAt`, where it is left out.',
      }),
    }),
  })
  const renameInput = builder.inputType('AppPasswordRenameInput', {
    description: 'Which app password, and its new name.',
    fields: (t) => ({
      id: t.id({ required: true, description: 'Which.' }),
      name: t.string({ required: true, description: 'Its new name, 1 to 64 characters.' }),
    }),
  })
  const revokeInput = builder.inputType('AppPasswordRevokeInput', {
    description: 'Which app password.',
    fields: (t) => ({ id: t.id({ required: true, description: 'Which.' }) }),
  })

  const { flowEnded, freshProofRequired, invalidInput, limitReached, notFound, policyDenied } = errors

  const createResult = builder.unionType('AppPasswordCreateResult', {
    description: 'What `createAppPassword` gives.',
    types: [created, freshProofRequired, policyDenied, invalidInput, limitReached, flowEnded],
    resolveType: typeOf,
  })
  const renameResult = builder.unionType('AppPasswordRenameResult', {
    description: 'What `renameAppPassword` gives.',
    types: [renamed, invalidInput, notFound, flowEnded],
    resolveType: typeOf,
  })
  const revokeResult = builder.unionType('AppPasswordRevokeResult', {
    description: 'What `revokeAppPassword` gives.',
    types: [revoked, freshProofRequired, notFound, flowEnded],
    resolveType: typeOf,
  })
  const revokeAllResult = builder.unionType('AppPasswordRevokeAllResult', {
    description: 'What `revokeAllAppPasswords` gives.',
    types: [allRevoked, freshProofRequired, flowEnded],
    resolveType: typeOf,
  })

  builder.mutationFields((t) => ({
    createAppPassword: t.field({
      type: createResult,
      description:
        'Makes an app password, for a program that knows no second step. Needs a fresh proof, and every method that the policy demands. At most 40: then delete one first.',
      extensions: access('register'),
      args: { input: t.arg({ type: createInput, required: true, description: 'What it is to be.' }) },
      resolve: (_root, { input }, context) => createAppPassword(desk, context, input),
    }),
    renameAppPassword: t.field({
      type: renameResult,
      description: 'Gives an app password another name.',
      extensions: access('register'),
      args: { input: t.arg({ type: renameInput, required: true, description: 'Which, and its name.' }) },
      resolve: (_root, { input }, context) => renameAppPassword(desk, context, input),
    }),
    revokeAppPassword: t.field({
      type: revokeResult,
      description:
        'Deletes an app password, at once. Needs a fresh proof; works also while none are allowed.',
      extensions: access('register'),
      args: { input: t.arg({ type: revokeInput, required: true, description: 'Which.' }) },
      resolve: (_root, { input }, context) => revokeAppPassword(desk, context, input.id),
    }),
    revokeAllAppPasswords: t.field({
      type: revokeAllResult,
      description:
        'Deletes all your app passwords, at once. Needs a fresh proof; works also while none are allowed.',
      extensions: access('register'),
      resolve: (_root, _args, context) => revokeAllAppPasswords(desk, context),
    }),
  }))
}
