import { eachDatabase, openTestGateway } from '@security-info/testing'
import { expect, test } from 'vitest'
import { mail } from './plugins/mail.ts'
import { pin } from './plugins/pin.ts'
import { enrollMail, enrollPin, granted, provePin, signedIn } from './support/people.ts'

const METHODS = '{ viewer { securityInfo { methods { kind createdAt heldUntil } } } }'
interface Held {
  readonly securityInfo: {
    readonly methods: readonly { kind: string; createdAt: string; heldUntil: string | null }[]
  }
}

eachDatabase('Numbers and addresses', (open) => {
  test('H7: are held for 24 hours before a reset may use them; what has no address is not', async () => {
    const gateway = await openTestGateway(await open(), { plugins: [pin(), mail()] })
    const { person, client } = await signedIn(gateway)
    const { pin: code } = await enrollPin(client)
    granted(await enrollMail(client, gateway, 'new@example.test'))
    granted(await client.finishRegistration())
    const [held, address] = (await client.ask<Held>(METHODS)).securityInfo.methods
    expect(held).toMatchObject({ kind: 'pin', heldUntil: null })
    expect(Date.parse(address?.heldUntil ?? '') - Date.parse(address?.createdAt ?? '')).toBe(24 * 3_600_000)

    await gateway.database.clock.advance(24 * 3_600_000 + 1)
    const later = await signedIn(gateway, person)
    granted(await provePin(later.client, code))
    const methods = (await later.client.ask<Held>(METHODS)).securityInfo.methods
    expect(methods.map(({ heldUntil }) => heldUntil)).toEqual([null, null])
  })
})
