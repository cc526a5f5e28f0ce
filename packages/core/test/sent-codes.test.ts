import { eachDatabase, openTestGateway } from '@security-info/testing'
import { expect, test } from 'vitest'
import { texting } from './plugins/texting.ts'
import { codeIn, granted, must, signedIn } from './support/people.ts'

eachDatabase('Codes that are sent', (open) => {
  test('are written with the flow, sent afterwards, and prove the number', async () => {
    const database = await open()
    const gateway = await openTestGateway(database, { plugins: [texting()] })
    const { person, client } = await signedIn(
      gateway,
      await gateway.person({ contactEmail: 'a@example.test' }),
    )
    const begun = granted(await client.beginEnrollment({ method: { texting: { number: '5550123' } } }))
    const { id, step } = must(begun.enrollment)
    expect(step).toMatchObject({
      __typename: 'CodeSent',
      destination: 'XX23',
      delivery: 'QUEUED',
      problem: null,
    })
    expect(gateway.messages).toEqual([])
    const [message] = await gateway.deliver()
    expect(message).toMatchObject({ channel: 'sms', to: '5550123', code: expect.stringMatching(/^\d{6}$/) })
    expect(JSON.stringify([message?.subject, message?.paragraphs])).not.toContain(message?.code)
    expect((await client.flow(id))?.step).toMatchObject({ delivery: 'SENT' })
    const proof = { texting: { code: message?.code } }
    granted(await client.confirmEnrollment({ enrollmentId: id, proof }))

    const again = await signedIn(gateway, person)
    const asked = must(granted(await again.client.beginChallenge({ way: 'call' })).challenge)
    const [call] = await gateway.deliver()
    expect(call?.channel).toBe('voice')
    const code = codeIn(gateway.messages, '5550123')
    const proven = await again.client.verifyChallenge({
      challengeId: asked.id,
      proof: { texting: { code } },
    })
    expect(proven.session?.state).toBe('ACTIVE')
    // A spent code is gone: not only refused, but nowhere any more.
    const spent = await again.client.verifyChallenge({ challengeId: asked.id, proof: { texting: { code } } })
    expect(spent.code).toBe('flow.ended')
  })

  test('say what a channel spoke of, in the words of the plugin and the language of the person', async () => {
    const gateway = await openTestGateway(await open(), { plugins: [texting()] })
    const { client } = await signedIn(gateway, await gateway.person(), { locales: ['de'] })
    const begun = granted(await client.beginEnrollment({ method: { texting: { number: '555012345' } } }))
    expect(begun.enrollment?.step).toMatchObject({ note: 'Something to know.' })
    const [message] = await gateway.deliver()
    expect(message).toMatchObject({ locale: 'de', subject: 'Ihr Code von Test Organisation' })
  })
})
