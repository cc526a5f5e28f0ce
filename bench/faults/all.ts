/** All fault runs, one after the other: the second one also where the first one failed. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'

const runs = ['f3-smtp.ts', 'f4-twilio.ts']
const failed = runs.filter((run) => {
  const { status } = spawnSync(process.execPath, [...process.execArgv, join(import.meta.dirname, run)], {
    stdio: 'inherit',
  })
  return status !== 0
})
process.exit(failed.length === 0 ? 0 : 1)
