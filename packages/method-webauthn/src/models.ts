/**
 * What well-known authenticators call themselves (AAGUID, WebAuthn 6.5.2), as their vendors and the community list of passkey
 * providers publish it. Only a first name for people and a word on their page: nothing is decided by it.
 */
const MODELS: Readonly<Record<string, string>> = {
  'fbfc3007-154e-4ecc-8c0b-6e020557d7bd': 'iCloud Keychain',
  'dd4ec289-e01d-41c9-bb89-70fa845d4bf2': 'iCloud Keychain (managed)',
  'ea9b8d66-4d01-1d21-3ce4-b6b48cb575d4': 'Google Password Manager',
  'adce0002-35bc-c60a-648b-0b25f1f05503': 'Chrome on Mac',
  '08987058-cadc-4b81-b6e1-30de50dcbe96': 'Windows Hello',
  '9ddd1817-af5a-4672-a2b9-3e3dd95000a9': 'Windows Hello',
  '6028b017-b1d4-4c02-b4b3-afcdafc96bb2': 'Windows Hello',
  'bada5566-a7aa-401f-bd96-45619a55120d': '1Password',
  'd548826e-79b4-db40-a3d8-11116f7e8349': 'Bitwarden',
  '531126d6-e717-415c-9320-3d9aa6981239': 'Dashlane',
  'cb69481e-8ff7-4039-93ec-0a2729a154a8': 'YubiKey 5',
  'ee882879-721c-4913-9775-3dfcce97072a': 'YubiKey 5',
  'fa2b99dc-9e39-4257-8f92-4a30d23c4118': 'YubiKey 5 NFC',
  '2fc0579f-8113-47ea-b116-bb5a8db9202a': 'YubiKey 5 NFC',
}

/** The model behind an AAGUID; `undefined` for one that is unknown, or not told (all zeros). */
export function modelOf(aaguid: string): string | undefined {
  return MODELS[aaguid]
}

/**
 * A first name for a new key. Nothing for a plain security key of unknown make: then core takes the kind's title, in the
 * person's language. "Passkey" is the same word in all of them.
 */
export function suggestLabel(key: {
  readonly aaguid: string
  readonly synced: boolean
  readonly transports: readonly string[]
}): string | undefined {
  const builtIn = key.synced || key.transports.includes('internal') || key.transports.includes('hybrid')
  return modelOf(key.aaguid) ?? (builtIn ? 'Passkey' : undefined)
}
