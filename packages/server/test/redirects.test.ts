/** H12: the gateway leads nobody anywhere else, whatever is put into an address. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { graphiqlRoutes } from '../src/graphiql/routes.ts'
import { inboxRoutes } from '../src/sandbox/inbox/routes.ts'
import { securityKeyRoutes } from '../src/sandbox/security-key/routes.ts'
import { type Raw, type Recovery, recovery } from './support/recovery.ts'

const someone = { identifier: 'robin@larkspur.example', password: 'x' }
const pages = [
  ...graphiqlRoutes({ demo: someone, administrator: someone }),
  ...inboxRoutes(),
  ...securityKeyRoutes(someone, new URL('http://localhost')),
]

let at: Recovery
beforeAll(async () => {
  at = await recovery({ open: true, routes: pages })
})
afterAll(() => at.stop())

const HOST = 'evil.example'
const NAMES = [
  'next',
  'url',
  'redirect',
  'redirect_uri',
  'redirectTo',
  'return',
  'returnTo',
  'return_url',
  'continue',
  'goto',
  'dest',
  'destination',
  'target',
  'to',
  'out',
  'view',
  'rurl',
  'callback',
  'forward',
  'RelayState',
]
const TARGETS = [
  `https://${HOST}`,
  `//${HOST}`,
  `\\\\${HOST}`,
  `/\\${HOST}`,
  `https:${HOST}`,
  'javascript:location="//evil.example"',
]
const IN_PARAMETERS = NAMES.flatMap((name) =>
  TARGETS.map((target) => `?${name}=${encodeURIComponent(target)}`),
)

const SLASHES = [
  '/',
  '//',
  '///',
  '\\',
  '\\\\',
  '/\\',
  '/%2f',
  '/%2F%2f',
  '/%5c',
  '/%5C%5c',
  '/%09/',
  '/.//',
  '/..//',
  '/;/',
  '/%2e%2e/',
  '/@',
]
const ENDS = [HOST, `${HOST}/%2f..`, `${HOST}/undo`, `https:${HOST}`, `user@${HOST}`]
/** As the target of the request, so also without a slash where HTTP wants one. */
const IN_PATHS = SLASHES.flatMap((slashes) => ENDS.map((end) => `${slashes}${end}`))

const PAYLOADS = [...IN_PARAMETERS, ...IN_PATHS]

/** Where an answer leads, if that is not here. */
function leadsAway({ status, headers, text }: Raw, from: string): string | undefined {
  const ways = [headers.location, headers.refresh, headers['content-location'], headers.link?.toString()]
  const away = ways.filter((to): to is string => to !== undefined).filter((to) => !isHere(to))
  const inPage = /http-equiv=["']?refresh|evil\.example/i.exec(text)?.[0]
  const unplaced = status >= 300 && status < 400 && headers.location === undefined ? 'nowhere' : undefined
  const broken = status === 500 ? 'a fault' : undefined
  const to = away[0] ?? unplaced ?? broken ?? inPage
  return to && `${from} -> ${status} ${to}`
}
const isHere = (to: string) => URL.canParse(to, at.origin) && new URL(to, at.origin).origin === at.origin

async function wrongTurns(addresses: readonly string[], method = 'GET'): Promise<readonly string[]> {
  const turns: string[] = []
  for (const address of addresses) {
    const turn = leadsAway(await at.send(address, { method, headers: { accept: 'text/html' } }), address)
    if (turn) turns.push(turn)
  }
  return turns
}

describe('H12: no address leads elsewhere', () => {
  it('is tried with 200 payloads', () => {
    expect(new Set(PAYLOADS).size).toBe(200)
  })

  it('in the parameters of any page or route', async () => {
    const routes = [...pages, ...at.securityInfo.routes].filter((route) => !/\.(js|css)$/.test(route.path))
    const paths = new Set([
      ...routes.map(({ path }) => path),
      '/undo',
      '/livez',
      '/readyz',
      '/metrics',
      '/nothing',
    ])
    for (const path of paths) {
      expect(await wrongTurns(IN_PARAMETERS.map((payload) => `${path}${payload}`))).toEqual([])
    }
  })

  it('in the path, alone and behind that of a page', async () => {
    expect(await wrongTurns(IN_PATHS)).toEqual([])
    expect(await wrongTurns(IN_PATHS, 'HEAD')).toEqual([])
    for (const page of ['/undo', '/graphql', '/dev/inbox']) {
      expect(await wrongTurns(IN_PATHS.map((payload) => `${page}${payload}`))).toEqual([])
    }
  })

  it('where the whole target is that of somebody else, as proxies send it', async () => {
    expect(
      await wrongTurns([`http://${HOST}/`, `http://${HOST}/undo`, `https://${HOST}/graphql?next=//${HOST}`]),
    ).toEqual([])
  })

  it('and its only redirect goes to GraphiQL, whatever comes with it', async () => {
    for (const address of ['/', ...IN_PARAMETERS.map((payload) => `/${payload}`)]) {
      const { status, headers } = await at.send(address, { headers: { accept: 'text/html' } })
      expect([status, headers.location]).toEqual([302, '/graphql'])
    }
  })
})
