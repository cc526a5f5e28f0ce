/** A gateway as a process of its own, on an embedded database, with routes that do what nobody expects. */
import { createKeyRing, createSecurityInfo, generateKey } from '@security-info/core'
import { totp } from '@security-info/method-totp'
import { sql } from 'drizzle-orm'
import { openPglite } from '../../src/databases/pglite.ts'
import type { EdgeRoute } from '../../src/edge/routes.ts'
import { createGateway } from '../../src/gateway.ts'
import { jsonLog as log } from '../../src/log.ts'
import { serveUntilStopped } from '../../src/serve.ts'

const [directory = '', port = ''] = process.argv.slice(2)
const publicUrl = new URL(`http://127.0.0.1:${port}`)
const database = await openPglite(directory)
const securityInfo = createSecurityInfo({
  plugins: [totp()],
  database,
  keyRing: createKeyRing(generateKey('test')),
  organisation: { name: 'Test' },
  publicUrl,
  version: '1.2.3',
  policy: {},
})
await securityInfo.migrate()
await securityInfo.start()

const routes: readonly EdgeRoute[] = [
  {
    method: 'GET',
    path: '/rejects',
    handle() {
      void database.db.execute(sql`select ${'hush-canary'} from nowhere`).then(() => {})
      return new Response('asked')
    },
  },
  {
    method: 'GET',
    path: '/throws',
    async handle() {
      const thrown = new Promise((resolve) => process.once('uncaughtExceptionMonitor', resolve))
      setImmediate(() => {
        throw new Error('nobody expects this')
      })
      await thrown
      return new Response('finished all the same')
    },
  },
]
const gateway = createGateway({ securityInfo, publicUrl, log, routes })
const onListening = () => log({ level: 'info', message: 'Serving.' })
await serveUntilStopped({
  gateway,
  securityInfo,
  database,
  host: '127.0.0.1',
  port: Number(port),
  log,
  onListening,
})
process.exit()
