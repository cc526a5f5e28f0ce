import { ConfigurationFault } from '@security-info/core'
import { eachDatabase } from '@security-info/testing'
import { expect, it } from 'vitest'
import { openWorld } from './world.ts'

eachDatabase('A policy for app passwords', (open) => {
  it('that contradicts itself is refused before it is in force, with what to do', async () => {
    const database = await open()
    const world = await openWorld(database)
    const wrong: readonly (readonly [object, string, RegExp])[] = [
      [{ defaultDays: 31, maxDays: 30 }, 'defaultDays', /31, more than maxDays \(30\)/],
      [{ allowed: false, required: true }, 'required', /none are allowed/],
    ]
    for (const [section, option, problem] of wrong) {
      const refused: unknown = await world.decree(section).catch((error: unknown) => error)
      expect(refused).toBeInstanceOf(ConfigurationFault)
      const { faults } = refused as ConfigurationFault
      expect(faults.map(({ where }) => where)).toEqual([`policy.methods.appPassword.${option}`])
      expect(faults[0]?.problem).toMatch(problem)
    }
    for (const right of [
      { defaultDays: 31 },
      { defaultDays: 30, maxDays: 30 },
      { maxDays: 30 },
      { required: true },
    ])
      await world.decree(right)
  })
})
