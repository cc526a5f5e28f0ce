import type { Messages } from '@security-info/core'

const again = 'Beginnen Sie noch einmal.'

export const de: Messages<'webauthn'>['en'] = {
  title: 'Sicherheitsschlüssel',
  description:
    'Ein Sicherheitsschlüssel oder ein Passkey auf Ihrem Telefon oder Computer. Eine gefälschte Webseite kann ihn nicht überlisten.',
  setup:
    'Ihr Browser fragt nach einem Sicherheitsschlüssel oder Passkey. Folgen Sie ihm; einen Namen geben Sie danach.',
  prompt: 'Ihr Browser fragt nach Ihrem Sicherheitsschlüssel oder Passkey. Folgen Sie ihm.',
  'way.key': 'Sicherheitsschlüssel oder Passkey',
  'webauthn.clientData': `Was der Browser geschickt hat, ist nicht lesbar. ${again}`,
  'webauthn.attestationObject': `Was der Schlüssel geschickt hat, ist nicht lesbar. ${again}`,
  'webauthn.authenticatorData': `Was der Schlüssel geschickt hat, ist nicht lesbar. ${again}`,
  'webauthn.type': 'Das ist die Antwort auf „{came}“, erwartet war „{expected}“. Beginnen Sie noch einmal.',
  'webauthn.challenge':
    'Der Schlüssel hat eine andere Frage beantwortet ({came}) als die gestellte ({expected}). Beginnen Sie noch einmal und antworten Sie auf die neue.',
  'webauthn.origin':
    'Der Schlüssel wurde auf {came} benutzt, erwartet war {expected}. Ist es die richtige Webseite? Öffnen Sie sie über Ihr Lesezeichen und beginnen Sie noch einmal.',
  'webauthn.crossOrigin':
    'Der Schlüssel wurde in einem Rahmen einer anderen Webseite benutzt; das ist nicht erlaubt. Öffnen Sie die Seite für sich und beginnen Sie noch einmal.',
  'webauthn.topOrigin':
    'Der Schlüssel wurde in einem Rahmen von {came} benutzt; erlaubt sind: {expected}. Öffnen Sie die Seite für sich und beginnen Sie noch einmal.',
  'webauthn.rpId':
    'Der Schlüssel wurde für eine andere Webseite benutzt, erwartet war {expected}. Beginnen Sie dort noch einmal.',
  'webauthn.userPresence':
    'Der Schlüssel wurde nicht berührt, das muss aber sein. Beginnen Sie noch einmal und berühren Sie ihn.',
  'webauthn.userVerification':
    'Der Schlüssel hat nicht geprüft, wer Sie sind, das muss er aber. Beginnen Sie noch einmal und geben Sie ihm PIN, Fingerabdruck oder Gesicht. Ein Schlüssel ohne PIN braucht zuerst eine.',
  'webauthn.backupFlags':
    'Der Schlüssel sagt, dass er gesichert ist und dass er nicht gesichert werden kann; das widerspricht sich. Nehmen Sie einen anderen.',
  'webauthn.backupEligibility':
    'Der Schlüssel sagt über seine Sicherung etwas anderes als bei der Registrierung. Nehmen Sie einen anderen und registrieren Sie diesen neu.',
  'webauthn.algorithm':
    'Der Schlüssel unterschreibt mit dem Verfahren {came}, erwartet ist eines von {expected}. Nehmen Sie einen anderen oder aktualisieren Sie ihn.',
  'webauthn.publicKey': `Der Schlüssel hat keinen gültigen öffentlichen Schlüssel geschickt. ${again} Geschieht es wieder, nehmen Sie einen anderen.`,
  'webauthn.inconsistent': `Zwei Teile der Antwort widersprechen sich. ${again} Schicken Sie unverändert, was der Browser gibt.`,
  'webauthn.credentialId':
    'Der Schlüssel hat eine Kennung von mehr als 1023 Bytes geschickt. Nehmen Sie einen anderen.',
  'webauthn.format':
    'Die Bauart des Schlüssels ist im Format „{came}“ bescheinigt, erwartet ist eines von {expected}. Nehmen Sie einen anderen.',
  'webauthn.attestation':
    'Die Bescheinigung des Schlüssels im Format „{format}“ stimmt nicht. Beginnen Sie noch einmal; geschieht es wieder, nehmen Sie einen anderen.',
  'webauthn.attestationMissing':
    'Ihre Organisation nimmt nur Schlüssel, die ihre Bauart mit einem Zertifikat beweisen; von diesem kam: {came}. Beginnen Sie noch einmal und lassen Sie den Browser die Bauart zeigen, oder nehmen Sie einen Schlüssel Ihrer Organisation.',
  'webauthn.attestationUntrusted':
    'Ihre Organisation kennt den Hersteller dieses Schlüssels nicht. Nehmen Sie einen Schlüssel Ihrer Organisation.',
  'webauthn.aaguid':
    'Schlüssel dieses Modells ({came}) erlaubt Ihre Organisation nicht. Nehmen Sie einen Schlüssel Ihrer Organisation.',
  'webauthn.unknownCredential':
    'Dieser Schlüssel ist hier nicht registriert oder wurde entfernt. Beginnen Sie noch einmal mit einem, der es ist.',
  'webauthn.userHandle':
    'Dieser Schlüssel gehört jemand anderem. Beginnen Sie noch einmal mit Ihrem eigenen.',
  'webauthn.signature': `Die Unterschrift des Schlüssels stimmt nicht. ${again}`,
  'webauthn.counter':
    'Der Zähler des Schlüssels steht auf {came}, war aber schon bei {expected}: vielleicht gibt es eine Kopie. Weisen Sie sich auf andere Art aus, entfernen Sie dann den Schlüssel und registrieren Sie ihn neu.',
}
