import { eachDatabase } from '@security-info/testing'
import { expect, test } from 'vitest'
import { granted, must, signedIn } from './support/people.ts'
import { askCode, openPhones } from './support/phones.ts'

eachDatabase('One outbox for all', (open) => {
  test('M9: receivers that are put off say nothing about the provider', async () => {
    const database = await open()
    const gateway = await openPhones(database, {
      deliver: { sms: async () => ({ outcome: 'retry', about: 'message' }) },
    })
    for (let person = 0; person < 8; person++) {
      await askCode((await signedIn(gateway)).client)
      await gateway.securityInfo.sendDue()
    }
    const { client } = await signedIn(gateway)
    const begun = await client.beginEnrollment({ method: { texting: { number: '5550000999' } } })
    expect(begun.code).toBeUndefined()
  })

  test('H23: notices that wait hold up no code', async () => {
    const database = await open()
    const order: string[] = []
    const gateway = await openPhones(database, {
      deliver: {
        email: async ({ code }) => {
          order.push(code === undefined ? 'notice' : 'code')
          return { outcome: 'accepted' }
        },
      },
    })
    const talker = await signedIn(gateway, await gateway.person({ contactEmail: 'many@example.test' }))
    for (let change = 0; change < 4; change++) {
      const begun = granted(
        await talker.client.beginEnrollment({ method: { pin: {} } }, '... on PinSetup { pin }'),
      )
      const { id, step } = must(begun.enrollment)
      granted(
        await talker.client.confirmEnrollment({
          enrollmentId: id,
          proof: { pin: { code: String(step.pin) } },
        }),
      )
    }
    const { client } = await signedIn(gateway)
    granted(await client.beginEnrollment({ method: { mail: { address: 'late@example.test' } } }))
    await gateway.securityInfo.sendDue()
    // They go out side by side, so that the first ones may change places.
    expect(order).toHaveLength(5)
    expect(order.indexOf('code')).toBeLessThan(3)
  })
})
