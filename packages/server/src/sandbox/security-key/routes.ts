import type { EdgeRoute } from '../../edge/routes.ts'
import type { DemoPerson } from '../../graphiql/story/tab.ts'
import { assetRoute, pagePart } from '../../pages/answer.ts'
import { securityKeyPage } from './page.ts'

/** The scripts of the page: modules, one idea each. */
const SCRIPTS = [
  'page',
  'sign-in',
  'proof',
  'first-method',
  'keys',
  'session',
  'ceremony',
  'gateway',
  'documents',
]

/**
 * `/dev/security-key`: a page to try a security key or passkey with, a client of the GraphQL API like any other. Sandbox only:
 * it holds the demo password.
 */
export function securityKeyRoutes(demo: DemoPerson, publicUrl: URL): readonly EdgeRoute[] {
  const html = securityKeyPage({ demo, origin: publicUrl.origin, hostname: publicUrl.hostname })
  const path = '/dev/security-key'
  return [
    { method: 'GET', path, handle: () => pagePart(html, 'html') },
    ...SCRIPTS.map((name) => assetRoute(`${path}/${name}.js`, `security-key/${name}.js`, 'js')),
    assetRoute(`${path}/security-key.css`, 'security-key/security-key.css', 'css'),
  ]
}
