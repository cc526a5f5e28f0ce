import type { Person } from './steps.ts'

/** A small GraphQL client of the demo: keeps the session token, as an app on a phone would. */
export interface DemoClient {
  /** Sends one operation and gives the value of its only root field. @throws DemoFailure */
  ask<T>(query: string, variables?: object): Promise<T>
}

/** The demo can't go on; the message says why, for the person who watches. */
export class DemoFailure extends Error {}

interface Answer {
  readonly data?: Readonly<Record<string, unknown>> | null
  readonly errors?: readonly { readonly message: string }[]
}

/** A client of the gateway at `origin`, without a session yet. `send`: where that is in this very process. */
export function createClient(origin: string, send: typeof fetch = fetch): DemoClient {
  let token: string | undefined
  return {
    async ask<T>(query: string, variables: object = {}) {
      const response = await send(`${origin}/graphql`, {
        method: 'POST',
        headers: {
          'content-type': 'application/json',
          'user-agent': 'Security Info demo',
          ...(token ? { authorization: `Bearer ${token}` } : {}),
        },
        body: JSON.stringify({ query, variables }),
      })
      const answer = (await response.json()) as Answer
      if (answer.errors) throw new DemoFailure(answer.errors.map(({ message }) => message).join('\n'))
      const [value] = Object.values(answer.data ?? {})
      // Each rise in assurance brings a new token; the one before it is dead.
      const { token: next } = (value ?? {}) as { token?: string | null }
      if (next) token = next
      return value as T
    },
  }
}

/** A fresh person of the sandbox. @throws DemoFailure where no sandbox answers at this address */
export async function freshPerson(origin: string, wish: { administrator?: boolean } = {}): Promise<Person> {
  const body = JSON.stringify(wish)
  const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body }
  const response = await fetch(`${origin}/dev/person`, init).catch(() => undefined)
  if (!response) {
    throw new DemoFailure(
      `Nothing answers at ${origin}. Start a sandbox in another terminal (npx -y pnpm@10 start), then play the demo again.
If it runs at another address, say so: npx -y pnpm@10 demo --url http://localhost:4100`,
    )
  }
  if (response.ok) return (await response.json()) as Person
  throw new DemoFailure(
    `What answers at ${origin} is not a sandbox (POST /dev/person: ${response.status}). The demo makes people, so it plays against a sandbox only.`,
  )
}
