/** What `--help` says. */
export const help = `Security Info, from the command line: pnpm security-info <command>

  user create <identifier> [--name <name>] [--email <address>] [--password-stdin]
                     Makes an account. Without --password-stdin a password is generated and shown once.
                     --email is where notices of changes go, beside the addresses that are registered as methods.
  user password <identifier> [--password-stdin]
                     Sets a new password and ends every session of the account.
  migrate            Brings the database up to date, and puts the configured policy into force.
  keys generate [--id <id>]
                     Prints a new key for SECURITY_INFO_KEYS. Put it in front of the ones you have, separated by a comma.
  keys rotate        Seals everything that is stored with the first key of SECURITY_INFO_KEYS. The gateway may run.
  schema --print | --write | --check
                     The GraphQL schema with all methods: prints it, writes schema.graphql, or says how that differs.

Where the data is: DATABASE_URL, with SECURITY_INFO_KEYS, SECURITY_INFO_PUBLIC_URL, security-info.config.json (or the file
that SECURITY_INFO_CONFIG names) and the variables that file names. Without any of these: the sandbox in .data, as long as it
is not running.
`
