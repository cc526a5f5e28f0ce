import { pluginOf } from '../notices/notice.ts'
import { type Undone, undoChange } from '../notices/undo.ts'
import { credential } from './access.ts'
import type { MutationParts } from './mutation-parts.ts'
import { typeOf } from './results.ts'

/** Mutations for the links in notices. */
export function defineNoticeMutations({ builder, errors }: MutationParts) {
  const input = builder.inputType('UndoChangeInput', {
    description: 'The link of a notice.',
    fields: (t) => ({
      token: t.field({
        type: 'Secret',
        required: true,
        description: 'What follows `#` in the address of the link.',
      }),
    }),
  })
  const payload = builder.objectRef<Undone>('UndoChangePayload').implement({
    description: 'The change was taken back, and all sessions of the account ended.',
    fields: (t) => ({
      message: t.string({
        description: 'What was done and what to do now, for people.',
        resolve: ({ undone }, _args, { host, request }) =>
          host.texts.message(pluginOf(host, undone) ? 'undone.other' : `undone.${undone}`, request.locales),
      }),
    }),
  })
  const result = builder.unionType('UndoChangeResult', {
    description: 'What `undoChange` gives.',
    types: [payload, errors.flowEnded],
    resolveType: typeOf,
  })
  builder.mutationField('undoChange', (t) =>
    t.field({
      type: result,
      description:
        '"This wasn\'t me": takes back the change a notice told of. An added or changed method is reverted, a removed one comes back at the next proven sign-in, and every session of the account ends. Works once, for 72 hours.',
      extensions: credential('public'),
      args: { input: t.arg({ type: input, required: true, description: 'The link.' }) },
      resolve: async (_root, args, context) => undoChange(context, args.input),
    }),
  )
}
