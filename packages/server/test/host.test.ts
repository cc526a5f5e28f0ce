import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createGateway } from '../src/gateway.ts'
import { type TestGateway, testGateway } from './support/gateway.ts'
import { troublePlugin } from './support/trouble.ts'

let at: TestGateway
let sandbox: TestGateway
beforeAll(async () => {
  at = await testGateway({ plugins: [troublePlugin()] })
  sandbox = await testGateway({ publicUrl: 'http://localhost:4000' })
})
afterAll(() => Promise.all([at.close(), sandbox.close()]))

const hosts = [
  ['evil.example', 421],
  ['id.example.org.evil.example', 421],
  ['id.example.org:8080', 421],
  ['evil@id.example.org', 400],
  ['id.example.org/evil', 400],
  ['id.example.org:port', 400],
  [' ', 400],
  ['%', 400],
  ['[', 400],
] as const

describe('C12: the gateway answers to its own name only', () => {
  it.each(hosts)('refuses Host: %s with %i', async (host, status) => {
    const query = JSON.stringify({ query: '{ gateway { name } }' })
    const headers = { host, 'content-type': 'application/json' }
    const answer = await at.fetch('/graphql', { method: 'POST', headers, body: query })
    expect(answer.status).toBe(status)
    expect(answer.data).toBeUndefined()
    expect((await at.fetch('/trouble/echo', { method: 'POST', headers, body: 'x' })).status).toBe(status)
  })

  it('does not take another name from forwarding headers', async () => {
    for (const name of ['x-forwarded-host', 'forwarded', 'x-original-host', 'x-host']) {
      const headers = { host: 'evil.example', [name]: 'id.example.org' }
      expect((await at.ask('{ __typename }', {}, headers)).status).toBe(421)
      const own = await at.ask('{ __typename }', {}, { [name]: 'evil.example' })
      expect(own.text).not.toContain('evil.example')
    }
  })

  it('has no back doors by path: yoga would answer /health to anybody', async () => {
    expect((await at.fetch('/health', { headers: { host: 'evil.example' } })).status).toBe(421)
    expect((await at.fetch('/health')).status).toBe(404)
  })

  it('is not case-sensitive about it', async () => {
    expect((await at.ask('{ __typename }', {}, { host: 'ID.Example.ORG' })).status).toBe(200)
  })

  it('on loopback answers to each of its names with the right port, so that a page cannot rebind its own', async () => {
    for (const host of ['localhost:4000', '127.0.0.1:4000', '[::1]:4000']) {
      expect((await sandbox.ask('{ __typename }', {}, { host, origin: `http://${host}` })).status).toBe(200)
    }
    for (const host of ['localhost', 'localhost:4001', 'rebound.example:4000']) {
      expect((await sandbox.ask('{ __typename }', {}, { host })).status).toBe(421)
    }
  })

  it('needs https for every address that is not loopback', () => {
    const { securityInfo } = at
    const make = (address: string) => () =>
      createGateway({ securityInfo, publicUrl: new URL(address), log: () => {} })
    expect(make('http://id.example.org')).toThrow('is not https')
    expect(make('http://127.0.0.1:4000')).not.toThrow()
  })
})
