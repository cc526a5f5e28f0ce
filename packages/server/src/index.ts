/** The gateway as a library, for who loads plugins of their own: compose core, open a database, serve. */

export { DatabaseInUse } from './databases/lock.ts'
export { type DatabaseLocation, openDatabase } from './databases.ts'
export type { EdgeRoute } from './edge/routes.ts'
export { createGateway, type Gateway, type GatewayOptions } from './gateway.ts'
export type { HttpServer } from './http-server.ts'
export { jsonLog, type Log, type LogEntry, plainLog } from './log.ts'
export { type Serving, serveUntilStopped } from './serve.ts'
