import { type DeviceSummary, forgetDevices, listDevices } from '../devices/device.ts'
import { access } from './access.ts'
import { decodeId, encodeId } from './ids.ts'
import type { MutationParts } from './mutation-parts.ts'
import { sessionOf, typeOf } from './results.ts'

/** Remembered devices: the list, and forgetting. */
export function defineDeviceTypes({ builder, errors, viewer }: MutationParts) {
  const device = builder.objectRef<DeviceSummary>('RememberedDevice').implement({
    description: 'A device on which sign-in does not ask for the second factor.',
    fields: (t) => ({
      id: t.id({
        description: 'For `forgetDevice`.',
        resolve: ({ id }) => encodeId('RememberedDevice', id),
      }),
      client: t.exposeString('client', {
        nullable: true,
        description: 'What it called itself when it was remembered.',
      }),
      createdAt: t.expose('createdAt', { type: 'DateTime', description: 'When it was remembered.' }),
      lastUsedAt: t.expose('lastUsedAt', {
        type: 'DateTime',
        nullable: true,
        description: 'When somebody last signed in on it.',
      }),
      expiresAt: t.expose('expiresAt', { type: 'DateTime', description: 'When it is asked again.' }),
    }),
  })
  builder.objectField(viewer, 'devices', (t) =>
    t.field({
      type: [device],
      description: 'Remembered devices, newest first, 10 at most.',
      extensions: access('active'),
      resolve: async (_parent, _args, context) => [...(await listDevices(context, await sessionOf(context)))],
    }),
  )
  const input = builder.inputType('ForgetDeviceInput', {
    description: 'Which device.',
    fields: (t) => ({
      deviceId: t.id({ description: 'From `viewer.devices`; all of them, where left out.' }),
    }),
  })
  const payload = builder
    .objectRef<{ readonly type: string; readonly forgotten: number }>('ForgetDevicePayload')
    .implement({
      description: 'Sign-in asks for the second factor there again.',
      fields: (t) => ({ forgotten: t.exposeInt('forgotten', { description: 'How many devices.' }) }),
    })
  const result = builder.unionType('ForgetDeviceResult', {
    description: 'What `forgetDevice` gives.',
    types: [payload, errors.notFound],
    resolveType: typeOf,
  })
  builder.mutationField('forgetDevice', (t) =>
    t.field({
      type: result,
      description:
        'Forgets a remembered device, or all of them. Sessions that stand on it owe the second factor at once.',
      extensions: access('active'),
      args: { input: t.arg({ type: input, required: true, defaultValue: {}, description: 'Which.' }) },
      resolve: async (_root, args, context) => {
        const id =
          typeof args.input.deviceId === 'string' ? decodeId('RememberedDevice', args.input.deviceId) : null
        const forgotten = await forgetDevices(context, await sessionOf(context), id)
        return forgotten === 0 && id !== null
          ? { type: 'NotFound' as const, code: 'device.notFound' }
          : { type: 'ForgetDevicePayload', forgotten }
      },
    }),
  )
}
