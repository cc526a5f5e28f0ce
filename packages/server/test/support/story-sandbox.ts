/** The sandbox with its people and GraphiQL in a real browser, for tests of the story. */

import { setImmediate as nextTurn } from 'node:timers/promises'
import { freePort } from '@security-info/testing'
import { generateSync } from 'otplib'
import type { Browser } from 'playwright-core'
import { graphiqlRoutes } from '../../src/graphiql/routes.ts'
import { storyTabs } from '../../src/graphiql/story.ts'
import { demoAdministrator, demoOrganisation, demoPerson } from '../../src/sandbox/organisation.ts'
import { ensureAdministratorsPhone, ensurePerson } from '../../src/sandbox/people.ts'
import { startBrowser, type WatchedPage, watchedPage } from './browser.ts'
import { type Canaries, watchCanaries } from './canaries.ts'
import { password } from './gateway.ts'
import { type InboxGateway, inboxGateway } from './inbox.ts'
import { type StoryPage, storyPage } from './story-page.ts'

const people = {
  demo: { identifier: demoPerson.identifier, password },
  administrator: { identifier: demoAdministrator.identifier, password },
}
/** What the tabs are called, from left to right. */
export const titles = storyTabs(people).map(({ query }) => /\b(S\d+_\w+)/.exec(query)?.[1])

export interface StorySandbox {
  readonly at: InboxGateway
  readonly browser: Browser
  readonly page: StoryPage
  readonly watched: WatchedPage
  readonly canaries: Canaries
  /** Moves the gateway's clock. */
  advance(seconds: number): Promise<void>
  /** What the app with this address shows a minute later: a code that was not used. */
  newCode(otpauthUri: string): Promise<string>
  close(): Promise<void>
}

export async function storySandbox(): Promise<StorySandbox> {
  const port = await freePort()
  const { policy, organisation } = demoOrganisation
  const { securityContacts } = organisation
  const routes = graphiqlRoutes(people)
  const publicUrl = `http://localhost:${port}`
  const at = await inboxGateway({ publicUrl, open: true, routes, policy, securityContacts })
  await ensurePerson(at.securityInfo, demoPerson, password)
  await ensurePerson(at.securityInfo, demoAdministrator, password)
  await whileSending(at, ensureAdministratorsPhone(at.gateway, new URL(at.origin), password))
  const server = await at.gateway.listen({ host: '127.0.0.1', port })
  const browser = await startBrowser()
  const watched = await watchedPage(browser, at.origin)
  let ahead = 0
  const advance = async (seconds: number) => {
    await at.database.clock.advance(seconds * 1000)
    ahead += seconds
  }
  return {
    at,
    browser,
    watched,
    canaries: watchCanaries(watched.page, at),
    page: storyPage(watched.page),
    advance,
    async newCode(otpauthUri) {
      await advance(60)
      const secret = new URL(otpauthUri).searchParams.get('secret') ?? ''
      return generateSync({ secret, epoch: Math.floor(Date.now() / 1000) + ahead })
    },
    async close() {
      await browser.close()
      await server.close(100)
      await at.close()
    },
  }
}

/** Sends what is due until this is done, as a started gateway would. */
async function whileSending(
  { securityInfo }: Pick<InboxGateway, 'securityInfo'>,
  work: Promise<string | undefined>,
): Promise<void> {
  let over = false
  const ended = work.finally(() => (over = true))
  while (!over) {
    await securityInfo.sendDue()
    await Promise.race([ended, nextTurn()])
  }
  const problem = await ended
  if (problem) throw new Error(problem)
}
