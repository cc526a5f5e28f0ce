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
  after = 0,
): Promise<DemoMessage> {
  const until = Date.now() + LONGEST_MS
  while (Date.now() < until) {
    const message = (await inbox(client)).find((one) => Number(one.id) > after && matches(one))
    if (message) return message
    await pause(EVERY_MS)
  }
  throw new DemoFailure('A message that should have been sent has not arrived in /dev/inbox.')
}

/** The newest message there is, for `received`: what comes is later than that. */
export async function newest(client: DemoClient): Promise<number> {
  return Number((await inbox(client))[0]?.id ?? 0)
}

function inbox(client: DemoClient): Promise<readonly DemoMessage[]> {
  return client.ask('query { devInbox { id channel to subject code link } }')
}
