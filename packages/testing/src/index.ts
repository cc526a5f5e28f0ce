export type { Asked, Conformance, Shown } from './conformance/conformance.ts'
export { describeMethod } from './conformance/describe-method.ts'
export type { TestClock } from './databases/clock.ts'
export type { Driver } from './databases/driver.ts'
export { eachDatabase, type OpenDatabase } from './databases/each.ts'
export { openTestDatabase, type TestDatabase, type TestDatabaseOptions } from './databases/open.ts'
export type { TestRun } from './databases/run.ts'
export type { Statements } from './databases/statements.ts'
export { freePort } from './free-port.ts'
export type {
  Answer,
  FlowAnswer,
  MethodAnswer,
  SecurityInfoAnswer,
  SessionAnswer,
} from './gateway/answers.ts'
export { type Client, type ClientOptions, createClient, type Outcome, type Person } from './gateway/client.ts'
export { documents } from './gateway/documents.ts'
export {
  openTestGateway,
  type SentMessage,
  type TestGateway,
  type TestGatewayOptions,
} from './gateway/gateway.ts'
