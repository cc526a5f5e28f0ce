import { documents, eachDatabase, openTestGateway, type TestGateway } from '@security-info/testing'
import { type GraphQLSchema, getNamedType, isInterfaceType, isObjectType, isUnionType } from 'graphql'
import { beforeAll, expect, it } from 'vitest'
import { key, newKey } from './plugins/key.ts'
import { mail } from './plugins/mail.ts'
import { pin } from './plugins/pin.ts'
import { push } from './plugins/push.ts'
import {
  beginPin,
  beginPinEnrollment,
  codeIn,
  enrollKey,
  enrollMail,
  granted,
  must,
  owner,
} from './support/people.ts'

/** Selects everything below a type, `depth` levels down, whichever type it turns out to be. */
function everything(schema: GraphQLSchema, name: string, depth: number): string {
  const type = schema.getType(name)
  const own =
    isObjectType(type) || isInterfaceType(type)
      ? Object.values(type.getFields()).flatMap((field) => {
          const below = getNamedType(field.type)
          const composite = isObjectType(below) || isInterfaceType(below) || isUnionType(below)
          if (!composite) return [`${alias(name, field.name)}: ${field.name}`]
          if (depth === 0) return []
          return [
            `${alias(name, field.name)}: ${field.name} { ${everything(schema, below.name, depth - 1)} }`,
          ]
        })
      : []
  const possible = isInterfaceType(type) || isUnionType(type) ? schema.getPossibleTypes(type) : []
  const fragments = possible.map((one) => `... on ${one.name} { ${everything(schema, one.name, depth)} }`)
  return ['__typename', ...own, ...fragments].join(' ')
}
/** Fields of one name differ in type between members of an interface. */
const alias = (type: string, field: string) => `${type}_${field}`

eachDatabase('A secret', (open) => {
  let gateway: TestGateway
  beforeAll(async () => {
    gateway = await openTestGateway(await open(), { plugins: [pin(), key(), mail(), push()] })
  })

  it('C24: is shown when it is made, and by nothing ever again', async () => {
    const { person, client, pin: known, methodId } = await owner(gateway)
    const hand = newKey(`c24 credential ${person.userId}`, `c24 device ${person.userId}`)
    const address = `c24-${person.userId}@example.test`
    granted(await enrollKey(client, hand))
    granted(await enrollMail(client, gateway, address))
    const { enrollmentId, pin: fresh } = await beginPinEnrollment(client)
    const challengeId = await beginPin(client, methodId)
    const canaries = [
      known,
      fresh,
      hand.credential,
      hand.secret,
      must(hand.device),
      address,
      must(client.token),
    ]
    canaries.push(person.password, codeIn(gateway.messages, address))

    const { schema } = gateway.securityInfo
    const asked = [
      {
        source: `{ viewer { ${everything(schema, 'Viewer', 4)} } gateway { ${everything(schema, 'Gateway', 3)} } }`,
      },
      ...[enrollmentId, challengeId, methodId].map((id) => ({
        source: `query($id: ID!) { node(id: $id) { ${everything(schema, 'Node', 3)} } }`,
        variables: { id },
      })),
    ]
    for (const { source, variables } of asked.map((one) => ({ variables: {}, ...one }))) {
      const { data, errors } = await client.send(source, variables)
      expect(errors).toEqual([])
      const text = JSON.stringify(data)
      expect(text.length).toBeGreaterThan(100)
      for (const canary of canaries) expect(text).not.toContain(canary)
    }
  })

  it('C24: a flow that is read again has no step', async () => {
    const { client } = await owner(gateway)
    const { enrollmentId } = await beginPinEnrollment(client)
    for (const id of [enrollmentId, await beginPin(client)]) {
      expect(await client.ask(documents.node, { id })).toMatchObject({ id, state: 'OPEN', step: null })
    }
  })

  it('C24: nothing that can be asked twice has a field for one, but the step of a flow', () => {
    const { schema } = gateway.securityInfo
    const seen = new Set<string>()
    const found: string[] = []
    const visit = (name: string) => {
      const type = schema.getType(name)
      if (seen.has(name) || !type) return
      seen.add(name)
      if (isInterfaceType(type) || isUnionType(type)) {
        for (const one of schema.getPossibleTypes(type)) visit(one.name)
      }
      if (!isObjectType(type) && !isInterfaceType(type)) return
      for (const field of Object.values(type.getFields())) {
        const below = getNamedType(field.type)
        if (below.name === 'OneTimeSecret' || below.name === 'Secret') found.push(`${name}.${field.name}`)
        if (field.name !== 'step') visit(below.name)
      }
    }
    visit('Query')
    expect(seen.size).toBeGreaterThan(15)
    expect(found).toEqual([])
  })
})
