import type { SecurityInfo } from '@security-info/core'
import { publicAddress } from './edge/public-address.ts'
import type { EdgeRoute } from './edge/routes.ts'
import { graphiqlRoutes } from './graphiql/routes.ts'
import type { Playable } from './graphiql/story/tab.ts'
import { inboxRoutes } from './sandbox/inbox/routes.ts'
import { personRoute } from './sandbox/person-route.ts'
import { securityKeyRoutes } from './sandbox/security-key/routes.ts'

/** Everything that only a sandbox answers. Its pages hold passwords, so it is for this machine alone. */
export function sandboxRoutes(
  people: Playable,
  accounts: SecurityInfo['accounts'],
  publicUrl: URL,
  serviceKey?: string,
): readonly EdgeRoute[] {
  return [
    ...graphiqlRoutes(people),
    ...inboxRoutes(),
    ...securityKeyRoutes(people.demo, publicUrl),
    personRoute(accounts, publicAddress(publicUrl), serviceKey),
  ]
}
