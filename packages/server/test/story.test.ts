/** The tabs of GraphiQL, without a browser: each fits the schema of the sandbox. */
import { getVariableValues, type OperationDefinitionNode, parse, validate } from 'graphql'
import { describe, expect, it } from 'vitest'
import { currentSchema } from '../src/cli/schema.ts'
import { storyTabs } from '../src/graphiql/story.ts'
import { demoAdministrator, demoOrganisation, demoPerson } from '../src/sandbox/organisation.ts'

const tabs = storyTabs({
  demo: { identifier: demoPerson.identifier, password: 'x' },
  administrator: { identifier: demoAdministrator.identifier, password: 'y' },
})
const operationOf = (query: string) => parse(query).definitions[0] as OperationDefinitionNode
const titles = tabs.map(({ query }) => operationOf(query).name?.value ?? '')

describe('The tabs of the story', () => {
  it('are numbered from left to right, and each says its number', () => {
    expect(titles.map((title) => title.split('_')[0])).toEqual(tabs.map((_, index) => `S${index + 1}`))
    for (const [index, { query }] of tabs.entries()) expect(query).toMatch(new RegExp(`^# ${index + 1}\\. `))
  })

  it.each(tabs.map((tab, index) => [titles[index], tab] as const))(
    '%s fits the schema',
    (_, { query, variables }) => {
      const schema = currentSchema()
      const document = parse(query)
      expect(document.definitions).toHaveLength(1)
      expect(validate(schema, document)).toEqual([])
      const { variableDefinitions = [] } = operationOf(query)
      expect(getVariableValues(schema, variableDefinitions, JSON.parse(variables)).errors).toBeUndefined()
      // The pane is narrow: longer lines are not read.
      for (const line of query.split('\n').filter((text) => text.startsWith('#'))) {
        expect(line.length, line).toBeLessThanOrEqual(48)
      }
    },
  )

  it('send people to tabs that there are', () => {
    const numbers = tabs.flatMap(({ query }) =>
      [...query.matchAll(/\bS(\d+)\b/g)].map(([, number]) => Number(number)),
    )
    expect(Math.max(...numbers)).toBeLessThanOrEqual(tabs.length)
  })

  it('ask for answers to questions that the sandbox offers', () => {
    expect(Object.keys(demoOrganisation.methods)).toContain('questions')
  })
})
