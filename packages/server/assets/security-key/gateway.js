/** Asks the gateway. The session's token is in this variable and nowhere else. */

let token

/** Something the person can do something about; `code` where the gateway said one. */
export class Problem extends Error {
  constructor(message, code) {
    super(message)
    this.code = code
  }
}

/** Sends one document; gives its first field. @throws Problem for every answer that is a `UserError` */
export async function ask(query, variables = {}) {
  const answer = await post('/graphql', { query, variables })
  const [first] = answer.errors ?? []
  if (first) throw new Problem(first.message, first.extensions?.code)
  const [result] = Object.values(answer.data)
  if (result?.message) throw new Problem(result.message, result.code)
  // Every proof brings a new token; the one before it is dead.
  if (result?.token) token = result.token
  return result
}

/** A new person of the sandbox, with a password. */
export async function newPerson() {
  const made = await post('/dev/person', {})
  if (made.problem) throw new Problem(made.problem)
  return made
}

export function forgetSession() {
  token = undefined
}

async function post(path, body) {
  const headers = { 'content-type': 'application/json', ...(token && { authorization: `Bearer ${token}` }) }
  try {
    // A cookie of GraphiQL's would be a second credential.
    const init = { method: 'POST', credentials: 'omit', headers, body: JSON.stringify(body) }
    return await (await fetch(path, init)).json()
  } catch {
    throw new Problem(
      'The sandbox does not answer. Is it still running? Look into its terminal, then try again.',
    )
  }
}
