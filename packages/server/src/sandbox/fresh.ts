import { ConfigurationFault } from '@security-info/core'
import type { Environment } from '../config/environment.ts'
import { lockFile } from '../databases/lock.ts'
import { databaseDirectory, deleteSandboxData } from './data.ts'

/**
 * `--fresh`: deletes what the sandbox keeps in `.data`.
 * @throws DatabaseInUse where another gateway is using it; ConfigurationFault for a server, whose data is not ours to delete
 */
export function startAfresh(environment: Environment): void {
  if (environment.databaseUrl !== undefined) {
    throw new ConfigurationFault([
      {
        where: '--fresh',
        problem: 'the data is on a PostgreSQL server (DATABASE_URL), where the sandbox deletes nothing',
        fix: 'Use an empty database, or drop the schemas security_info and security_info_migrations there yourself.',
      },
    ])
  }
  const release = lockFile(`${databaseDirectory}.lock`)
  deleteSandboxData()
  release()
}
