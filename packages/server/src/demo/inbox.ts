import { setTimeout as pause } from 'node:timers/promises'
import { type DemoClient, DemoFailure } from './client.ts'

/** A message of the sandbox's inbox. */
export interface DemoMessage {
  readonly id: string
  readonly channel: string
  readonly to: string
  readonly subject: string
  readonly code: string | null
  readonly link: string | null
}

const EVERY_MS = 200
const LONGEST_MS = 15_000

/** Waits for a message of `/dev/inbox`, as a person looks at their phone. @throws DemoFailure where none comes */
export async function received(
  client: DemoClient,
  matches: (message: DemoMessage) => boolean,
): Promise<DemoMessage> {
  const until = Date.now() + LONGEST_MS
  while (Date.now() < until) {
    const messages = await client.ask<readonly DemoMessage[]>(
      'query { devInbox { id channel to subject code link } }',
    )
    const message = messages.find(matches)
    if (message) return message
    await pause(EVERY_MS)
  }
  throw new DemoFailure('A message that should have been sent has not arrived in /dev/inbox.')
}
