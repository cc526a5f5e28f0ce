import { changePassword } from '../account/change-password.ts'
import { credential } from './access.ts'
import type { MutationParts } from './mutation-parts.ts'
import { type Granted, grant, grantedPayload, sessionOf, typeOf } from './results.ts'

/** Changing the password of somebody who is signed in. */
export function definePasswordMutations({ builder, errors, sessions }: MutationParts) {
  const input = builder.inputType('ChangePasswordInput', {
    description: 'The password as it is and as it is to be.',
    fields: (t) => ({
      currentPassword: t.field({ type: 'Secret', required: true, description: 'The password as it is.' }),
      newPassword: t.field({
        type: 'Secret',
        required: true,
        description:
          '8 to 256 characters (15 where it is the only factor), any of them. Refused if it is among the first that are guessed.',
      }),
    }),
  })
  const payload = grantedPayload<Granted<'ChangePasswordPayload'>>(
    builder,
    sessions.session,
    'ChangePasswordPayload',
    'The new password holds; every other session has ended.',
  )
  const result = builder.unionType('ChangePasswordResult', {
    description: 'What `changePassword` gives.',
    types: [
      payload,
      errors.signInRejected,
      errors.rateLimited,
      errors.freshProofRequired,
      errors.invalidInput,
      errors.flowEnded,
    ],
    resolveType: typeOf,
  })
  builder.mutationField('changePassword', (t) =>
    t.field({
      type: result,
      description:
        'Changes the password: needs the current one and a fresh proof. Every other session ends, and this one gets a new token.',
      extensions: credential('active'),
      args: { input: t.arg({ type: input, required: true, description: 'Both passwords.' }) },
      resolve: async (_root, args, context) => {
        const changed = await changePassword(context, await sessionOf(context), args.input)
        return changed.type === 'PasswordChanged' ? grant(context, 'ChangePasswordPayload', changed) : changed
      },
    }),
  )
}
