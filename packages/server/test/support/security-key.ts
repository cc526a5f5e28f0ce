/** The sandbox's organisation with its page for security keys, and hands that press what is on it. */
import { freePort } from '@security-info/testing'
import type { Browser, Page } from 'playwright-core'
import { publicAddress } from '../../src/edge/public-address.ts'
import type { HttpServer } from '../../src/http-server.ts'
import { demoOrganisation, demoPerson } from '../../src/sandbox/organisation.ts'
import { personRoute } from '../../src/sandbox/person-route.ts'
import { securityKeyRoutes } from '../../src/sandbox/security-key/routes.ts'
import { authenticators } from './authenticator.ts'
import { watchedPage } from './browser.ts'
import { password } from './gateway.ts'
import { type InboxGateway, inboxGateway } from './inbox.ts'

export interface KeySandbox extends InboxGateway {
  readonly address: string
  stop(): Promise<void>
}

/** Serves it; `section` is the organisation's own `methods.webauthn` in the policy. */
export async function keySandbox(section: object = {}): Promise<KeySandbox> {
  const port = await freePort()
  const publicUrl = new URL(`http://localhost:${port}`)
  const { policy } = demoOrganisation
  const person = {
    method: 'POST',
    path: '/dev/person',
    handle: (request: Request, from: { readonly clientAddress: string }) =>
      personRoute(at.securityInfo.accounts, publicAddress(publicUrl)).handle(request, from),
  } as const
  const at: InboxGateway = await inboxGateway({
    publicUrl: publicUrl.origin,
    open: true,
    routes: [...securityKeyRoutes({ identifier: demoPerson.identifier, password }, publicUrl), person],
    policy: { ...policy, methods: { webauthn: section } },
  })
  await at.person(demoPerson.identifier, 'robin@home.example')
  await at.securityInfo.start()
  const server: HttpServer = await at.gateway.listen({ host: '127.0.0.1', port })
  return {
    ...at,
    address: `${at.origin}/dev/security-key`,
    async stop() {
      await server.close(100)
      await at.close()
    },
  }
}

export interface Hands {
  readonly page: Page
  /** What the page asked of others, and what the browser complained about. */
  readonly faults: readonly (readonly string[])[]
  readonly authenticators: Awaited<ReturnType<typeof authenticators>>
  /** Presses a button by keyboard, and gives what the page says then. */
  press(name: string): Promise<string>
  /** What is registered, a line each. */
  registered(): Promise<readonly string[]>
  /** Changes what the gateway answers to an operation, before the page sees it. */
  tamper(operation: string, from: RegExp, to: string): Promise<void>
}

/** Opens the page with no authenticator plugged in. */
export async function openKeyPage(browser: Browser, { origin, address }: KeySandbox): Promise<Hands> {
  const { page, outside, complaints } = await watchedPage(browser, origin)
  const plugs = await authenticators(page)
  await page.goto(address)
  return {
    page,
    faults: [outside, complaints],
    authenticators: plugs,
    async press(name) {
      await page.getByRole('button', { name, exact: true }).press('Enter')
      await page.locator('body:not([aria-busy])').waitFor()
      return (await page.getByRole('status').textContent()) ?? ''
    },
    registered: () => page.getByRole('listitem').allInnerTexts(),
    tamper: async (operation, from, to) => {
      await page.route('**/graphql', async (route) => {
        if (!route.request().postData()?.includes(`mutation ${operation}`)) return route.fallback()
        const response = await route.fetch()
        return route.fulfill({ response, body: (await response.text()).replace(from, to) })
      })
    },
  }
}

/** Somebody new, who has a phone and may add keys. */
export async function newPersonWithPhone(browser: Browser, at: KeySandbox): Promise<Hands> {
  const hands = await openKeyPage(browser, at)
  await hands.press('Sign in as somebody new')
  await hands.press('Set up a phone first')
  return hands
}
