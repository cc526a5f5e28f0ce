import type { Messages } from '@security-info/core'

export const messages: Messages<'appPassword'> = {
  en: {
    title: 'App password',
    description: 'A password of its own for a mail program or device that knows no second step.',
    'section.appPassword': 'Make an app password for your mail program or device',
    'appPassword.notAllowed': 'Your organisation does not allow app passwords.',
    'appPassword.notFound': 'There is no such app password. Reload the list and try again.',
    'appPassword.endedByReset':
      'Your app passwords were deleted with it: make new ones for the programs that used them.',
    'appPassword.created.subject': 'An app password was made for your {organisation} account',
    'appPassword.created.body':
      'An app password was made for the account {account} on {time}, from the address {address}. It begins with {hint}; with it, a program gets in without a second step, for: {scopes}.\n\nIf that was you, there is nothing to do. If it was not, use the link below: the app password is deleted and everybody who is signed in is signed out. Then change your password.',
  },
  de: {
    title: 'App-Passwort',
    description: 'Ein eigenes Passwort für ein E-Mail-Programm oder Gerät, das keinen zweiten Schritt kennt.',
    'section.appPassword': 'App-Passwort für Ihr E-Mail-Programm oder Gerät erstellen',
    'appPassword.notAllowed': 'Ihre Organisation erlaubt keine App-Passwörter.',
    'appPassword.notFound':
      'Dieses App-Passwort gibt es nicht. Laden Sie die Liste neu und versuchen Sie es noch einmal.',
    'appPassword.endedByReset':
      'Ihre App-Passwörter wurden dabei gelöscht: erstellen Sie neue für die Programme, die sie benutzt haben.',
    'appPassword.created.subject': 'Für Ihr Konto bei {organisation} wurde ein App-Passwort erstellt',
    'appPassword.created.body':
      'Für das Konto {account} wurde am {time} ein App-Passwort erstellt, von der Adresse {address} aus. Es beginnt mit {hint}; damit kommt ein Programm ohne zweiten Schritt hinein, für: {scopes}.\n\nWaren Sie das, ist nichts zu tun. Sonst benutzen Sie den Link: das App-Passwort wird gelöscht und alle werden abgemeldet. Ändern Sie danach Ihr Passwort.',
  },
}
