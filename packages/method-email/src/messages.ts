import type { Messages } from '@security-info/core'

export const messages: Messages<'email'> = {
  en: {
    title: 'Email',
    description: 'An email with a code. For resetting your password, and for notices about your account.',
    setup: 'We have sent an email with a code. Enter the code here. Look into the spam folder, too.',
    prompt: 'Enter the code from the email that we have sent you. Look into the spam folder, too.',
    'way.code': 'Code by email',
    'email.invalid':
      'This is no email address that we can write to. Expected the bare address, such as name@example.org, without a name and with at most 254 characters.',
    'email.alreadyRegistered': 'You have registered this address already. Use another one.',
    'email.domainNotAllowed':
      'Your organisation does not allow addresses in the domain {domain}. Use another one.',
    'email.codeSubject': '{code} is your {organisation} code',
  },
  de: {
    title: 'E-Mail',
    description:
      'Eine E-Mail mit einem Code. Zum Zurücksetzen Ihres Passworts und für Hinweise zu Ihrem Konto.',
    setup:
      'Wir haben eine E-Mail mit einem Code gesendet. Geben Sie den Code hier ein. Sehen Sie auch im Spam-Ordner nach.',
    prompt:
      'Geben Sie den Code aus der E-Mail ein, die wir Ihnen gesendet haben. Sehen Sie auch im Spam-Ordner nach.',
    'way.code': 'Code per E-Mail',
    'email.invalid':
      'Das ist keine E-Mail-Adresse, an die wir schreiben können. Erwartet wird die bloße Adresse, etwa name@example.org, ohne Namen und mit höchstens 254 Zeichen.',
    'email.alreadyRegistered': 'Diese Adresse haben Sie schon registriert. Nehmen Sie eine andere.',
    'email.domainNotAllowed':
      'Ihre Organisation erlaubt keine Adressen der Domain {domain}. Nehmen Sie eine andere.',
    'email.codeSubject': '{code} ist Ihr Code für {organisation}',
  },
}
