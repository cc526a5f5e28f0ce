import { eachDatabase } from '@security-info/testing'
import { expect, it } from 'vitest'
import { ask, basic, FILES_KEY, json, opened, openWorld } from './world.ts'

eachDatabase('Who asks', (open) => {
  it('has to be a server with a key of its own, and gets nothing looked at without', async () => {
    const database = await open()
    const world = await openWorld(database)
    const { right } = await opened(world)
    const before = database.statements.log.length
    for (const key of ['', 'mail-server-key-0123456789abcdeX', FILES_KEY]) {
      const answer = await world.check({ ...right, key })
      expect([key, answer.status]).toEqual([key, 403])
      expect(await answer.json()).toEqual({ error: expect.any(String) })
    }
    const nothing = new Request('http://localhost:4000/check/basic?scope=imap')
    expect((await ask(world, nothing)).status).toBe(403)
    const refused = async (scope: string) => {
      const answer = await world.check({ ...right, scope })
      return [answer.status, ((await answer.json()) as { error: string }).error]
    }
    for (const scope of ['dav', 'pop3', 'IMAP']) {
      const error = `The service "mail" may not ask for "${scope}". It may ask for: imap, smtp.`
      expect(await refused(scope)).toEqual([403, error])
    }
    expect(await refused('')).toEqual([
      403,
      'The scope is missing, and the service "mail" has several: imap, smtp. Name one by ?scope= in the address, or X-Auth-Scope.',
    ])
    expect(database.statements.log.length - before).toBe(0)
    // A server with one scope need not say it.
    expect((await world.check({ ...right, scope: '', key: FILES_KEY })).status).toBe(200)
  })

  it('has to ask in a form that can be read', async () => {
    const world = await openWorld(await open())
    const { person, right } = await opened(world)
    const sent = (authorization: string) => {
      const request = basic(right)
      request.headers.set('authorization', authorization)
      return ask(world, request)
    }
    const pair = btoa(`${right.username}:${right.password}`)
    expect((await sent(`basic   ${pair}`)).status).toBe(200)
    for (const wrong of [
      '',
      'Basic',
      `Bearer ${pair}`,
      'Basic !!!',
      `Basic ${btoa('no colon')}`,
      'Basic w6Q6',
    ])
      expect((await sent(wrong)).status, wrong).toBe(401)
    // Bytes that are no UTF-8 are nobody's name.
    expect((await sent(`Basic ${btoa('\xff\xfe:x')}`)).status).toBe(401)
    for (const address of ['1.2.3', 'localhost', '010.0.0.1', '203.0.113.7, 1.2.3.4'])
      expect((await world.check({ ...right, address })).status, address).toBe(400)

    const asJson = async (body: unknown) => {
      const answer = await ask(world, json(body))
      return [answer.status, await answer.json()]
    }
    const { username, password } = right
    const yes = { ok: true, user: person.identifier, userId: person.userId }
    expect(await asJson({ username, password, scope: 'imap', address: '203.0.113.7' })).toEqual([200, yes])
    expect(await asJson({ username: 'nobody', password, scope: 'imap' })).toEqual([200, { ok: false }])
    expect(await asJson({ username, password: 'typo', scope: 'imap' })).toEqual([200, { ok: false }])
    for (const body of [
      '',
      '{',
      '[]',
      {},
      { username },
      { username: [], password },
      { username, password, x: 1 },
    ])
      expect(await asJson(body)).toEqual([400, { error: expect.stringContaining('JSON') }])
    expect(await asJson({ username, password })).toEqual([
      403,
      { error: expect.stringMatching(/scope is missing.+imap, smtp.+"scope" in the body/) },
    ])
  })

  it('is told that a form is not read, instead of being taken for somebody without credentials', async () => {
    const world = await openWorld(await open())
    const { right } = await opened(world)
    const posted = async (type: string | undefined, body: string) => {
      const request = basic(right)
      const { url } = request
      if (type !== undefined) request.headers.set('content-type', type)
      const { headers } = request
      const answer = await ask(world, new Request(url, { method: 'POST', headers, body: body || null }))
      return [answer.status, await answer.text()]
    }
    const form = new URLSearchParams({ ...right, scope: 'imap' }).toString()
    const [status, text] = await posted('application/x-www-form-urlencoded', form)
    expect(status).toBe(415)
    expect(JSON.parse(String(text))).toEqual({
      error: expect.stringMatching(/application\/json; this was application\/x-www-form-urlencoded/),
    })
    expect((await posted('application/json-patch+json', '[]'))[0]).toBe(415)
    expect((await posted('application/json ; charset=utf-8', '{'))[0]).toBe(400)
    // A POST without a body is asked like a GET.
    expect(await posted(undefined, '')).toEqual([200, ''])
  })
})
