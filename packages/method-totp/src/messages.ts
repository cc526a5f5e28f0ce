import type { Messages } from '@security-info/core'

export const messages: Messages<'totp'> = {
  en: {
    title: 'Authenticator app',
    description: 'An app on your phone or computer shows a new code every 30 seconds.',
    setup:
      'Scan the QR code with your authenticator app, or type the key in, then enter the code that it shows.',
    prompt: 'Enter the code that your authenticator app shows.',
    'way.code': 'Code from the app',
    'totp.replayed': 'This code was used already. Wait until the app shows the next one.',
    'totp.clockOff':
      "The code is right for another time: your device's clock is off. Set it to automatic and use the next code.",
    'totp.checkClock':
      "Is it the right account in the app, and is your device's clock set to automatic? Use the code shown now.",
  },
  de: {
    title: 'Authenticator-App',
    description: 'Eine App auf Ihrem Telefon oder Computer zeigt alle 30 Sekunden einen neuen Code.',
    setup:
      'Scannen Sie den QR-Code mit Ihrer Authenticator-App oder tippen Sie den Schlüssel ein, und geben Sie dann den angezeigten Code ein.',
    prompt: 'Geben Sie den Code ein, den Ihre Authenticator-App zeigt.',
    'way.code': 'Code aus der App',
    'totp.replayed': 'Dieser Code wurde schon benutzt. Warten Sie, bis die App den nächsten zeigt.',
    'totp.clockOff':
      'Der Code gehört zu einer anderen Zeit: die Uhr Ihres Geräts geht falsch. Stellen Sie sie auf automatisch und nehmen Sie den nächsten Code.',
    'totp.checkClock':
      'Ist es das richtige Konto in der App, und steht die Uhr Ihres Geräts auf automatisch? Nehmen Sie den Code, der jetzt angezeigt wird.',
  },
}
