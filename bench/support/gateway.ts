/** The gateway as an operator runs it: the server's own HTTP, pool and workers. Told where by its parent. */
import { createGateway } from '@security-info/server'
import { PUBLIC_URL } from './nodes.ts'
import { openGateway } from './open-gateway.ts'

const securityInfo = await openGateway(process.env.BENCH_DATABASE ?? '', process.env.BENCH_KEYS ?? '')
await securityInfo.start()
const gateway = createGateway({
  securityInfo,
  publicUrl: PUBLIC_URL,
  // Many clients come from one machine here: each says who it is.
  trust: (address) => address === '127.0.0.1',
  log: (entry) => console.error(entry),
})
const { port } = await gateway.listen({ host: '127.0.0.1', port: 0 })
process.send?.(port)
