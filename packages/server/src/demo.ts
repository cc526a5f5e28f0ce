/** `pnpm demo`: plays the story over HTTP against a started sandbox, and tells it in words. */
import { parseArgs } from 'node:util'
import { readEnvironment } from './config/environment.ts'
import { DEFAULT_PORT } from './config/settings.ts'
import { createClient, DemoFailure, freshPerson } from './demo/client.ts'
import { createMailServer } from './demo/mail-server.ts'
import { narrator } from './demo/narrator.ts'
import { playStory } from './demo/story.ts'
import { exitWithFailure } from './start-failure.ts'

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { url: { type: 'string' } } })
  // Where `start` would serve with the same variables.
  const { publicUrl, port } = readEnvironment()
  const address = values.url ?? publicUrl ?? `http://localhost:${port ?? DEFAULT_PORT}`
  if (!URL.canParse(address))
    throw new DemoFailure(`"${address}" is no address; expected one such as http://localhost:4000.`)
  const { origin } = new URL(address)
  const person = await freshPerson(origin)
  const cast = {
    person,
    administrator: await freshPerson(origin, { administrator: true }),
    newClient: () => createClient(origin),
    askMailServer: createMailServer(origin, person.serviceKey),
  }
  const write = (line: string) => process.stdout.write(`${line}\n`)
  write(
    `Playing against ${origin}. An app that follows RFC 6238 stands in for the one on a phone; codes are read from /dev/inbox.`,
  )
  await playStory({ client: createClient(origin), tell: narrator(write) }, cast)
  write(
    '\nThat was the whole story. To play it yourself, open GraphiQL: the address is in the other terminal.',
  )
}

main().catch((error: unknown) => {
  if (!(error instanceof DemoFailure)) exitWithFailure(error)
  process.stderr.write(`\n${error.message}\n`)
  process.exitCode = 1
})
