import type { Messages } from '@security-info/core'

export const messages: Messages<'phone'> = {
  en: {
    title: 'Phone',
    description: 'A text message or a call brings you a code.',
    setup: 'Enter the code that we send to your phone. In a call, press any key to hear it.',
    prompt: 'Enter the code that we send to your phone. In a call, press any key to hear it.',
    'way.text': 'Text message',
    'way.call': 'Phone call',
    'phone.notANumber':
      'That is no phone number. Type it as you dial it in {region}, or with + and the country code, such as {example}.',
    'phone.invalid':
      'There is no such phone number. Check the digits. In {region} a number looks like {example}; begin a number of another country with + and its code.',
    'phone.typeNotAllowed':
      'Your organisation takes no numbers of this kind ({type}). Enter the number of a mobile phone or a landline.',
    'phone.countryNotAllowed':
      'Your organisation sends codes only to these countries: {countries}. Enter a number of one of them, or use another method.',
    'phone.landline': "This is a landline: it can't receive texts. Choose a call, or use a mobile phone.",
    'phone.alreadyRegistered':
      'This number is among your methods already, for texts and calls. Enter another one.',
    'phone.extensionIgnored':
      "The extension was left out: codes can't be sent to it. If the code doesn't arrive, use a number without one.",
    'phone.sms': '{code} is your {organisation} code. Never share it.',
    'phone.language': 'en-US',
    'phone.callAsk': 'Hello. This is {organisation} with your code. To hear it, press any key.',
    'phone.callCode': 'Your code is:',
    'phone.callAgain': 'Once more, your code is:',
    'phone.callOver': 'This code is no longer valid. Ask for a new one.',
    'phone.callGoodbye': 'Goodbye.',
  },
  de: {
    title: 'Telefon',
    description: 'Eine SMS oder ein Anruf bringt Ihnen einen Code.',
    setup:
      'Geben Sie den Code ein, den wir an Ihr Telefon senden. Bei einem Anruf drücken Sie eine beliebige Taste, um ihn zu hören.',
    prompt:
      'Geben Sie den Code ein, den wir an Ihr Telefon senden. Bei einem Anruf drücken Sie eine beliebige Taste, um ihn zu hören.',
    'way.text': 'SMS',
    'way.call': 'Anruf',
    'phone.notANumber':
      'Das ist keine Telefonnummer. Geben Sie sie ein, wie man sie in {region} wählt, oder mit + und Landesvorwahl, etwa {example}.',
    'phone.invalid':
      'Diese Telefonnummer gibt es nicht. Prüfen Sie die Ziffern. In {region} sieht eine Nummer so aus: {example}; eine aus einem anderen Land beginnt mit + und dessen Vorwahl.',
    'phone.typeNotAllowed':
      'Ihre Organisation nimmt keine Nummern dieser Art ({type}). Geben Sie die Nummer eines Mobiltelefons oder Festnetzanschlusses ein.',
    'phone.countryNotAllowed':
      'Ihre Organisation schickt Codes nur in diese Länder: {countries}. Geben Sie eine Nummer von dort ein oder nehmen Sie eine andere Methode.',
    'phone.landline':
      'Das ist ein Festnetzanschluss: er kann keine SMS empfangen. Wählen Sie einen Anruf oder nehmen Sie ein Mobiltelefon.',
    'phone.alreadyRegistered':
      'Diese Nummer gehört schon zu Ihren Methoden, für SMS und Anrufe. Geben Sie eine andere ein.',
    'phone.extensionIgnored':
      'Die Durchwahl wurde weggelassen: dorthin können keine Codes geschickt werden. Kommt der Code nicht an, nehmen Sie eine Nummer ohne Durchwahl.',
    'phone.sms': '{code} ist Ihr Code von {organisation}. Geben Sie ihn nie weiter.',
    'phone.language': 'de-DE',
    'phone.callAsk':
      'Guten Tag. Hier ist {organisation} mit Ihrem Code. Um ihn zu hören, drücken Sie eine beliebige Taste.',
    'phone.callCode': 'Ihr Code ist:',
    'phone.callAgain': 'Noch einmal, Ihr Code ist:',
    'phone.callOver': 'Dieser Code gilt nicht mehr. Fordern Sie einen neuen an.',
    'phone.callGoodbye': 'Auf Wiederhören.',
  },
}
