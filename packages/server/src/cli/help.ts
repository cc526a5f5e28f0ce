/** What `--help` says. */
export const help = `Security Info, from the command line: pnpm security-info <command>

  user create <identifier> [--name <name>] [--email <address>] [--password-stdin] [--administrator] [--group <name>]...
                     Makes an account. Without --password-stdin a password is generated and shown once.
                     --email is where notices of changes go, beside the addresses that are registered as methods.
                     --administrator: it may look after others. --group, once for each: what the policy names groups by.
  user change <identifier> [--administrator | --no-administrator] [--group <name>... | --no-groups]
                     Says anew what an account may do. The groups that are given take the place of those before;
                     what is left out stays.
  user disable <identifier>
                     Closes an account: sessions, flows, resets and access passes end, and nothing lets anybody in.
  user enable <identifier>
                     Opens it again, with the methods and the password it had.
  user unlock <identifier>
                     Opens at once what wrong attempts have closed: sign-in, proofs and password reset.
  user password <identifier> [--password-stdin]
                     Sets a new password and ends every session of the account.
  migrate            Brings the database up to date, and puts the configured policy into force.
                     --grant-to <role> lets that database role run the gateway: it can't change the schema, nor what was
                     audited.
  audit verify [--expect <head>]
                     Recomputes the hash chain over the audit events, and prints its head.
  audit prune --days <days>
                     Deletes audit events that are older. Needs the owner of the tables.
  epoch begin        After a restore from a backup, or the promotion of a standby: ends everything that is open.
  keys generate [--id <id>]
                     Prints a new key for SECURITY_INFO_KEYS. Put it in front of the ones you have, separated by a comma.
  keys rotate        Seals everything that is stored with the first key of SECURITY_INFO_KEYS. The gateway may run.
  pepper rotate      Makes a new pepper for the hashes of answers. Hashes made before stay good. The gateway may run.
  schema --print | --write | --check
                     The GraphQL schema with all methods: prints it, writes schema.graphql, or says how that differs.

Where the data is: DATABASE_URL, with SECURITY_INFO_KEYS, SECURITY_INFO_PUBLIC_URL, security-info.config.json (or the file
that SECURITY_INFO_CONFIG names) and the variables that file names. Without any of these: the sandbox in .data, as long as it
is not running.
`
