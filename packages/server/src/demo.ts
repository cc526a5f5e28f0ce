/** `pnpm demo`: plays the story of a first sign-in over HTTP against a started sandbox, and tells it in words. */
import { parseArgs } from 'node:util'
import { DEFAULT_PORT } from './config/settings.ts'
import { createClient, DemoFailure, freshPerson } from './demo/client.ts'
import { narrator } from './demo/narrator.ts'
import { playStory } from './demo/story.ts'

async function main(): Promise<void> {
  const { values } = parseArgs({ options: { url: { type: 'string' } } })
  const origin = new URL(values.url ?? `http://localhost:${DEFAULT_PORT}`).origin
  const person = await freshPerson(origin)
  const write = (line: string) => process.stdout.write(`${line}\n`)
  write(`Playing against ${origin}. An app that follows RFC 6238 stands in for the one on a phone.`)
  await playStory(createClient(origin), narrator(write), person)
  write(
    '\nThat was the whole story. To play it yourself, open GraphiQL: the address is in the other terminal.',
  )
}

main().catch((error: unknown) => {
  if (error instanceof DemoFailure) process.stderr.write(`\n${error.message}\n`)
  else console.error(error)
  process.exitCode = 1
})
