import { expect } from 'vitest'
import { blank } from './blank.ts'
import { must, policyFor } from './rig.ts'
import type { Suite } from './suite.ts'

/** A kind that must not be a person's only one is offered, and set up, after another one. */
export function checkNeedsAnother<Device>({ plugin, method, check, rigged }: Suite<Device>): void {
  check('waits for a method of another kind where that is needed', async () => {
    // By its manifest where that says so, else by policy.
    const section = method.needsAnother ? {} : { needsAnother: true }
    const policy = { ...policyFor(plugin), methods: { [plugin.id]: section } }
    const rig = await rigged({ policy, beside: [blank()] })
    const { client } = await rig.newcomer()
    const rule = `methods.${plugin.id}.needsAnother`
    const offers = async () => (await client.securityInfo()).offers.find(({ kind }) => kind === plugin.id)
    expect((await offers())?.blocked?.code).toBe('policy.needsAnother')
    expect(await rig.begin(client)).toMatchObject({ __typename: 'PolicyDenied', rule })

    const begun = await client.beginEnrollment({ method: { blank: {} } })
    const { id } = must(begun, begun.enrollment)
    must(await client.confirmEnrollment({ enrollmentId: id, proof: { blank: {} } }), true)
    expect((await offers())?.blocked).toBeNull()
    expect((await rig.enroll(client)).answer.method?.kind).toBe(plugin.id)
  })
}
