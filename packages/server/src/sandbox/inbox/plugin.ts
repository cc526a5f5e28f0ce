import { access, definePlugin, PLUGIN_API, type Plugin, type SchemaKit } from '@security-info/core'
import type { Inbox, InboxMessage } from './inbox.ts'

/**
 * `devInbox` in the schema of a sandbox: the codes and notices that production would send. Only the sandbox's entry makes
 * this plugin; it has no key in the configuration file, so production can't load it.
 */
export function devInbox(inbox: Inbox): Plugin<'devInbox'> {
  return definePlugin({ id: 'devInbox', api: PLUGIN_API, schema: (kit) => defineInbox(kit, inbox) })
}

function defineInbox({ builder }: SchemaKit, inbox: Inbox): void {
  const message = builder.objectRef<InboxMessage>('DevInboxMessage').implement({
    description: 'A message that production would have sent. Sandbox only.',
    fields: (t) => ({
      id: t.exposeID('id', { description: 'Counts up from the start of the sandbox.' }),
      channel: t.exposeString('channel', { description: '`sms`, `voice` or `email`.' }),
      to: t.exposeString('to', { description: 'The number or address.' }),
      subject: t.exposeString('subject', { description: 'One line, never with a code.' }),
      text: t.exposeString('text', { description: 'What it says; of a call, what is read out.' }),
      code: t.exposeString('code', { nullable: true, description: 'The code in it.' }),
      link: t.exposeString('link', { nullable: true, description: 'The address in it.' }),
      at: t.expose('at', { type: 'DateTime', description: 'When it arrived.' }),
    }),
  })
  builder.queryField('devInbox', (t) =>
    t.field({
      type: [message],
      description: 'The last 200 messages, newest first. Sandbox only; a page of it is at /dev/inbox.',
      extensions: access('public'),
      resolve: () => [...inbox.messages()],
    }),
  )
  builder.subscriptionField('devInboxUpdated', (t) =>
    t.field({
      type: [message],
      description: '`devInbox`, now and whenever a message arrives. Sandbox only.',
      extensions: access('public'),
      subscribe: () => inbox.watch(),
      resolve: (messages) => [...messages],
    }),
  )
}
