import { Agent, request } from 'node:http'
import { freePort } from '@security-info/testing'
import { afterAll, describe, expect, it } from 'vitest'
import { testGateway } from './support/gateway.ts'
import { troublePlugin } from './support/trouble.ts'

const proxy = new Agent({ keepAlive: true })
afterAll(() => proxy.destroy())

/** Over a connection that is kept without end, as a proxy would. */
function post(port: number, query: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json' }
    const sent = request(
      { host: '127.0.0.1', port, path: '/graphql', method: 'POST', headers, agent: proxy },
      (response) => {
        let text = ''
        response.on('data', (chunk: Buffer) => (text += chunk.toString()))
        response.on('end', () => resolve(text))
      },
    )
    sent.on('error', reject)
    sent.end(JSON.stringify({ query }))
  })
}

describe('M17: stopping', () => {
  it('finishes what is under way, accepts nothing new, and does not hang on idle connections', async () => {
    let goOn: () => void = () => {}
    let waiting: () => void = () => {}
    const reached = new Promise<void>((resolve) => (waiting = resolve))
    const wait = () =>
      new Promise<void>((resolve) => {
        goOn = resolve
        waiting()
      })
    const port = await freePort()
    const at = await testGateway({ plugins: [troublePlugin(wait)], publicUrl: `http://127.0.0.1:${port}` })
    const server = await at.gateway.listen({ host: '127.0.0.1', port })
    expect(await post(port, '{ gateway { version } }')).toContain('1.2.3')
    const underWay = post(port, '{ waits }')
    await reached

    at.gateway.drain()
    const closed = server.close(600_000)
    await expect(post(port, '{ __typename }')).rejects.toThrow('ECONNREFUSED')
    goOn()
    expect(await underWay).toBe('{"data":{"waits":"done"}}')
    // The client keeps the connection; by itself the server would wait 65 s for another request on it, longer than the test does.
    await closed
    await at.close()
  }, 60_000)

  it('cuts off what does not finish in time', async () => {
    let waiting: () => void = () => {}
    const reached = new Promise<void>((resolve) => (waiting = resolve))
    const wait = () => new Promise<void>(() => waiting())
    const port = await freePort()
    const at = await testGateway({ plugins: [troublePlugin(wait)], publicUrl: `http://127.0.0.1:${port}` })
    const server = await at.gateway.listen({ host: '127.0.0.1', port })
    const hanging = post(port, '{ waits }')
    await reached
    await Promise.all([expect(hanging).rejects.toThrow('socket hang up'), server.close(50)])
    await at.close()
  })

  it('says which port is taken', async () => {
    const port = await freePort()
    const at = await testGateway({ publicUrl: `http://127.0.0.1:${port}` })
    const server = await at.gateway.listen({ host: '127.0.0.1', port })
    await expect(at.gateway.listen({ host: '127.0.0.1', port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
      port,
    })
    await server.close(0)
    await at.close()
  })
})
